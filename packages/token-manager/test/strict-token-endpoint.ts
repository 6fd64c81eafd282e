import { HttpResponse, http, type RequestHandler } from "msw";
import { tokenUrl, unique } from "./fixtures.js";

type Answer = () => Response | Promise<Response>;

/**
 * A token endpoint that rotates refresh tokens and revokes the whole grant when a spent one comes
 * again, as RFC 9700 §4.14.2 asks for.
 */
export class StrictTokenEndpoint {
  /** Form bodies of the token requests, in order. */
  readonly requests: URLSearchParams[] = [];
  readonly revoked: string[] = [];
  lifetimeSeconds = 3600;
  /** How many token requests there were at the same moment, at most. */
  mostAtOnce = 0;
  #atOnce = 0;
  #unrevokable: string | undefined;
  /** Living refresh tokens; a spent one points to the grant that it would end. */
  readonly #grants = new Map<string, { current: string; alive: boolean }>();
  readonly #answers: Answer[] = [];
  #gate: Promise<void> = Promise.resolve();
  #arrived: (() => void) | undefined;

  /** The grant whose first refresh token this is. */
  grant(refreshToken: string): void {
    this.#grants.set(refreshToken, { current: refreshToken, alive: true });
  }

  /** Whether all grants live. */
  get alive(): boolean {
    return [...this.#grants.values()].every(({ alive }) => alive);
  }

  /** Ends all grants, as when the users remove the application. */
  endGrants(): void {
    for (const grant of this.#grants.values()) grant.alive = false;
  }

  /** Refuses to revoke this token. */
  doNotRevoke(token: string): void {
    this.#unrevokable = token;
  }

  /** The next request is answered so, and the grant is left alone. */
  answerNext(answer: Answer): void {
    this.#answers.push(answer);
  }

  /** Holds requests back until opened; `arrived` resolves when one has come. */
  hold(): { readonly arrived: Promise<void>; open(): void } {
    let open = () => {};
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    const arrived = new Promise<void>((resolve) => {
      this.#arrived = resolve;
    });
    return { arrived, open };
  }

  get handlers(): RequestHandler[] {
    return [
      http.post(tokenUrl, async ({ request }) => {
        const form = new URLSearchParams(await request.text());
        this.requests.push(form);
        this.#atOnce += 1;
        this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
        this.#arrived?.();
        await this.#gate;
        const answer = this.#answers.shift();
        const answered = await (answer ? answer() : this.#refresh(form));
        this.#atOnce -= 1;
        return answered;
      }),
      http.post("https://as.example/revoke", async ({ request }) => {
        const token = new URLSearchParams(await request.text()).get("token") ?? "";
        if (token === this.#unrevokable) return new HttpResponse(null, { status: 400 });
        this.revoked.push(token);
        return new HttpResponse(null, { status: 200 });
      }),
    ];
  }

  #refresh(form: URLSearchParams): Response {
    const refreshToken = form.get("refresh_token") ?? "";
    const grant = this.#grants.get(refreshToken);
    if (grant === undefined || !grant.alive || refreshToken !== grant.current) {
      if (grant !== undefined) grant.alive = false;
      return HttpResponse.json({ error: "invalid_grant" }, { status: 400 });
    }
    grant.current = unique("refresh");
    this.#grants.set(grant.current, grant);
    return HttpResponse.json({
      access_token: unique("access"),
      token_type: "Bearer",
      expires_in: this.lifetimeSeconds,
      refresh_token: grant.current,
    });
  }
}
