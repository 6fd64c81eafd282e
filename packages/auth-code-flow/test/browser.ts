import type {
  AuthorizationCodeFlow,
  StartAuthorizationOptions,
  StartedAuthorization,
} from "../src/index.js";
import { wish } from "./world.js";

/** A browser that talks to a flow's handler and keeps its cookies. */
export class Browser {
  readonly #flow: AuthorizationCodeFlow;
  readonly #cookies = new Map<string, string>();

  constructor(flow: AuthorizationCodeFlow) {
    this.#flow = flow;
  }

  setCookie(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  get(url: string | URL, init: { readonly method?: string } = {}): Promise<Response> {
    return this.#send(url, init);
  }

  /** Submits a form, as from a page of this origin unless the headers say otherwise. */
  post(
    url: string | URL,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = { origin: "null", "sec-fetch-site": "same-origin" },
  ): Promise<Response> {
    return this.#send(url, { method: "POST", body: new URLSearchParams(fields), headers });
  }

  async #send(url: string | URL, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookie !== "") headers.set("cookie", cookie);
    const response = await this.#flow.handler(new Request(url, { ...init, headers }));
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) this.#cookies.set(name, value);
    }
    return response;
  }

  /** Opens a link and gives the authorization URL that it leads to. */
  async open(link: string): Promise<URL> {
    const response = await this.get(link);
    return new URL(response.headers.get("location") ?? `no-redirect:${response.status}`);
  }
}

/** The callback that a provider would send the browser to. */
export function callbackFrom(
  authorizationUrl: URL,
  parameters: Readonly<Record<string, string>> = { code: "the-code" },
  iss: string | undefined = "https://as.example",
): URL {
  const callback = new URL(authorizationUrl.searchParams.get("redirect_uri") ?? "");
  callback.searchParams.set("state", authorizationUrl.searchParams.get("state") ?? "");
  for (const [name, value] of Object.entries(parameters)) callback.searchParams.set(name, value);
  if (iss !== undefined) callback.searchParams.set("iss", iss);
  return callback;
}

/** A user who opened the link and is now at the provider. */
export async function goToProvider(
  flow: AuthorizationCodeFlow,
  wished: StartAuthorizationOptions = wish,
): Promise<StartedAuthorization & { readonly browser: Browser; readonly authorizationUrl: URL }> {
  const started = await flow.start(wished);
  const browser = new Browser(flow);
  return { ...started, browser, authorizationUrl: await browser.open(started.url) };
}

/** What a page of `confirmByUser` offers to do. */
export interface OfferedPage {
  readonly html: string;
  /** Where its link leads. */
  readonly link: string;
  /** Where its form goes, and what the form carries unseen. */
  readonly action: string;
  readonly proof: string;
}

export async function readPage(response: Response): Promise<OfferedPage> {
  const html = await response.text();
  const read = (pattern: RegExp) => (pattern.exec(html)?.[1] ?? "").replaceAll("&amp;", "&");
  return {
    html,
    link: read(/<a class="button primary" href="([^"]+)"/),
    action: read(/<form [^>]*action="([^"]+)"/),
    proof: read(/name="proof" value="([^"]+)"/),
  };
}
