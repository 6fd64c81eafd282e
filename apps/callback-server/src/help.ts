/** The settings in words, as `--help` prints them. */
export const settingsHelp: string = `Settings, from the environment; an empty one counts as absent:

  PORT                      port to listen on (3000)
  HOST                      address to listen on (127.0.0.1; 0.0.0.0 in a container)
  PUBLIC_URL                https origin that browsers reach this server by
                            (http://127.0.0.1:PORT)
  RAK_OAUTH_KEYS            keys that seal credentials, "id:base64" separated by commas, the current
                            one first, or
  RAK_OAUTH_KEYS_FILE       file that holds them; without either, one is made, but not in production
                            and not beside DATABASE_URL or REDIS_URL, where other processes need it
  RAK_OAUTH_PROVIDERS_FILE  JSON file with a list of providers: provider, clientId, clientSecret,
                            authUrl, tokenUrl, scopes, issuer, …
  GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, GOOGLE_SCOPES
  GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET, GITHUB_SCOPES
  MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET, MICROSOFT_SCOPES, MICROSOFT_TENANT
                            providers that need no file; in place of the secret, Microsoft takes
                            MICROSOFT_CLIENT_PRIVATE_KEY and MICROSOFT_CLIENT_CERTIFICATE (PEM)
  RAK_OAUTH_VERIFY_USER     how the server makes sure that a link's own user opens it; needed in
                            production (confirm):
      cookie                your application's signed session cookie, which holds the user's id:
                            RAK_OAUTH_SESSION_COOKIE (name), RAK_OAUTH_SESSION_SECRETS
      jwt                   a token of your identity provider: RAK_OAUTH_JWT_ISSUER,
                            RAK_OAUTH_JWT_AUDIENCE (or ..._AUTHORIZED_PARTIES),
                            RAK_OAUTH_JWT_COOKIE or ..._HEADER, ..._JWKS_URL (from the issuer's
                            metadata), ..._USER_CLAIM (sub), ..._TENANT_CLAIM (none)
      confirm               the person confirms on a page, which is weaker:
                            RAK_OAUTH_APPLICATION_NAME (Your assistant)
  RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER
                            "true" checks nothing instead
  DATABASE_URL              PostgreSQL that holds the credentials, or
  REDIS_URL                 Redis that holds them; without either, a database in a folder
  RAK_OAUTH_DATA_FOLDER     that folder (.rak-oauth; for rak-oauth serve, that of its other commands)
  RAK_OAUTH_API_KEYS        clients of the API, "name:SHA-256 of its key" separated by commas, or
  RAK_OAUTH_API_CLIENTS_FILE
                            JSON file with a list of clients: name, keys (SHA-256), publicKeys (JSON
                            Web Keys), tenantId; without any client, the API is off
  RAK_OAUTH_RETURN_TO_ORIGINS
                            origins that browsers may be sent to in the end, separated by commas
  DATABASE_URL_FILE, REDIS_URL_FILE, GOOGLE_CLIENT_SECRET_FILE, …
                            files that hold a secret, instead of the secret itself
  RAK_OAUTH_TRUSTED_PROXIES how many proxies stand in front, or their networks, "10.0.0.0/8, fd00::/8":
                            whose X-Forwarded-For is believed (nobody's)
  RAK_OAUTH_RATE_LIMIT      requests a minute of one client to each group of routes (120); 0 for any
  METRICS_PORT              port for Prometheus, at /metrics; without it there are no metrics
  METRICS_HOST              address of that port (127.0.0.1)
  DRAIN_DELAY_SECONDS       how long requests are still taken after SIGTERM, while /readyz says 503 (0)
  RAK_OAUTH_LANGUAGE        language of the pages, "en" or "de" (what the browser asks for)
  LOG_LEVEL                 debug, info, warn or error (info)
  NODE_ENV                  "production" refuses to make a key, and to guess how to know users

Users see, connect and disconnect their accounts at PUBLIC_URL/connections. That page is off with "confirm"
and without a check: there, this server cannot know who is signed in.
Redirect URI to register at a provider: PUBLIC_URL/oauth2/callback/<provider>
Agents start authorizations over the API, PUBLIC_URL/api/v1, or with @rak-oauth/auth-code-flow on the
same database and keys, with PUBLIC_URL/oauth2/connect as connectUrl and refuseAllBrowsers as verifyUser.

Ends on SIGTERM or Ctrl-C once running requests have ended, at most 10 seconds later, and refreshes on
their way have been stored; on a second signal, at once.
`;
