/** A browser whose user has consented, and that is about to come back. */
export interface ConsentedBrowser {
  /** Where the provider sends it. */
  readonly callbackUrl: string;
  readonly cookie: string;
  /** Goes there, any number of times. */
  comeBack(): Promise<{ readonly status: number; readonly body: string }>;
}

/** Opens a link in a browser of its own, whose user consents at once at a hostile server. */
export async function consentTo(link: string): Promise<ConsentedBrowser> {
  const opened = await fetch(link, { redirect: "manual" });
  const cookie = (opened.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const consented = await fetch(opened.headers.get("location") ?? "", { redirect: "manual" });
  const callbackUrl = consented.headers.get("location") ?? "";
  return {
    callbackUrl,
    cookie,
    async comeBack() {
      const response = await fetch(callbackUrl, { headers: { cookie }, redirect: "manual" });
      return { status: response.status, body: await response.text() };
    },
  };
}
