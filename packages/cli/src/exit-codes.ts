/** What the command's exit code says; part of the semantic version. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  needsAuthorization: 3,
  refusedByApi: 4,
  interrupted: 130,
} as const;

/** The same in words, for `--help`. */
export const exitCodesInWords = `Exit codes:
  0    done
  1    it failed; standard error says why
  2    the command line or a setting is wrong
  3    the user has to authorize first (rak-oauth connect), or did not
  4    the API that was called answered with an error
  130  interrupted`;
