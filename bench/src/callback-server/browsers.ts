import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

/** A browser that has opened its link and is about to come back from the provider. */
export interface Browser {
  readonly id: string;
  /** Comes back; gives how long that took in milliseconds, and the page. */
  comeBack(): Promise<{ readonly tookMs: number; readonly page: string }>;
}

const agent = new Agent({ keepAlive: true });

/** Opens a link of the server, and stops where the provider's pages would begin. */
export async function openLink(link: string, id: string, issuer: string): Promise<Browser> {
  const opened = await get(link, {});
  const authorize = new URL(opened.headers.location ?? "");
  const cookie = opened.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  const callback = new URL(authorize.searchParams.get("redirect_uri") ?? "");
  callback.searchParams.set("code", "code");
  callback.searchParams.set("state", authorize.searchParams.get("state") ?? "");
  callback.searchParams.set("iss", issuer);
  return {
    id,
    async comeBack() {
      const began = performance.now();
      const { status, page } = await get(callback.href, { cookie });
      const tookMs = performance.now() - began;
      if (status !== 200) throw new Error(`A callback was answered with ${status}.`);
      return { tookMs, page };
    },
  };
}

/** One GET over kept connections, as through a proxy. */
export function get(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly page: string;
}> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers }, (response) => {
      text(response).then(
        (page) => resolve({ status: response.statusCode, headers: response.headers, page }),
        reject,
      );
    })
      .on("error", reject)
      .end();
  });
}
