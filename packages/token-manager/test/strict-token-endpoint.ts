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
  alive = true;
  #current: string | undefined;
  readonly #answers: Answer[] = [];
  #gate: Promise<void> = Promise.resolve();
  #arrived: (() => void) | undefined;

  /** The grant whose first refresh token this is. */
  grant(refreshToken: string): void {
    this.#current = refreshToken;
    this.alive = true;
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
        this.#arrived?.();
        await this.#gate;
        const answer = this.#answers.shift();
        return answer ? answer() : this.#refresh(form.get("refresh_token"));
      }),
      http.post("https://as.example/revoke", async ({ request }) => {
        const form = new URLSearchParams(await request.text());
        this.revoked.push(form.get("token") ?? "");
        return new HttpResponse(null, { status: 200 });
      }),
    ];
  }

  #refresh(refreshToken: string | null): Response {
    if (!this.alive || refreshToken !== this.#current) {
      this.alive = false;
      return HttpResponse.json({ error: "invalid_grant" }, { status: 400 });
    }
    this.#current = unique("refresh");
    return HttpResponse.json({
      access_token: unique("access"),
      token_type: "Bearer",
      expires_in: this.lifetimeSeconds,
      refresh_token: this.#current,
    });
  }
}
