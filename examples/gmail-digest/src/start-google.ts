import { startAuthorizationServer, startHttpServer } from "@rak-oauth/test-kit";

/** Stands in for Google: a provider with the users alice and bob, and their mail. */
export interface StartedGoogle {
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const unread: Readonly<Record<string, readonly { from: string; subject: string }[]>> = {
  alice: [
    { from: "Priya", subject: "Interview on Thursday" },
    { from: "Dentist", subject: "Your appointment" },
  ],
  bob: [{ from: "Carla", subject: "Lunch?" }],
};

export async function startGoogle(): Promise<StartedGoogle> {
  const server = await startAuthorizationServer({
    clients: [
      {
        clientId: "digest",
        authentication: "none",
        applicationType: "native",
        redirectUris: ["http://127.0.0.1/callback"],
      },
    ],
    extraScopes: ["gmail.readonly"],
  });
  const api = await startHttpServer(async (request) => {
    const [, token = ""] = (request.headers.get("authorization") ?? "").split(" ");
    const owner = (await server.verifyAccessToken(token))?.sub;
    if (owner === undefined) return new Response(null, { status: 401 });
    const mail = unread[owner] ?? [];
    const [, id] = /\/messages\/(\d+)$/.exec(new URL(request.url).pathname) ?? [];
    if (id === undefined)
      return Response.json({ messages: mail.map((_, at) => ({ id: `${at}` })) });
    const { from, subject } = mail[Number(id)] ?? { from: "", subject: "" };
    const headers = [
      { name: "From", value: from },
      { name: "Subject", value: subject },
    ];
    return Response.json({ id, payload: { headers } });
  });
  return {
    environment: { ISSUER: server.issuer, API_URL: api.url, GOOGLE_CLIENT_ID: "digest" },
    async stop() {
      await api.stop();
      await server.stop();
    },
  };
}
