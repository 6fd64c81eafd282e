import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { AuthorizationServerUser } from "./authorization-server-configuration.js";
import { pageHeaders } from "./page.js";
import type { Provider } from "./provider.js";
import { consentPage, errorPage, loginPage } from "./sign-in-pages.js";

type Interaction = Awaited<ReturnType<Provider["interactionDetails"]>>;

/** Scopes that the user has not decided on for the client, as the provider says it. */
interface MissingScopes {
  readonly missingOIDCScope?: readonly string[] | undefined;
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>> | undefined;
}

const maximumFormBytes = 4_096;
const pushedRequestUri = "urn:ietf:params:oauth:request_uri:";

/** Serves the pages of `/interaction/:uid`, where people sign in and decide. */
export function interactionListener(
  provider: Provider,
  users: readonly AuthorizationServerUser[],
): RequestListener {
  return (request, response) => {
    answer(provider, users, request, response).catch((error: unknown) => {
      const expired = error instanceof Error && error.name === "SessionNotFound";
      if (!expired) {
        process.stderr.write(`authorization server: ${String(error)}\n`);
      }
      const reason = expired
        ? "This sign-in has expired, or it was started in another browser."
        : "Something went wrong in the authorization server.";
      send(response, expired ? 400 : 500, errorPage(reason));
    });
  };
}

async function answer(
  provider: Provider,
  users: readonly AuthorizationServerUser[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const interaction = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    await showPage(provider, users, interaction, response);
    return;
  }
  const form = new URLSearchParams(await readForm(request));
  const user = users.find((candidate) => candidate.id === form.get("user"));
  const decision = form.get("decision");
  if (request.method === "POST" && interaction.prompt.name === "login" && user !== undefined) {
    await provider.interactionFinished(request, response, { login: { accountId: user.id } });
  } else if (request.method === "POST" && interaction.prompt.name === "consent" && decision) {
    await decide(provider, interaction, decision, request, response);
  } else {
    send(response, 400, errorPage("The form was not filled in."));
  }
}

async function decide(
  provider: Provider,
  interaction: Interaction,
  decision: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (decision === "allow") {
    const grantId = await saveGrant(provider, interaction);
    await provider.interactionFinished(request, response, { consent: { grantId } });
    return;
  }
  if (decision === "deny") {
    await provider.interactionFinished(request, response, {
      error: "access_denied",
      error_description: "The user denied the request.",
    });
    return;
  }
  // Another account: forget who is signed in and start over, so that the login page comes first.
  const uid = interaction.session?.uid;
  const session = uid === undefined ? undefined : await provider.Session.findByUid(uid);
  await session?.destroy();
  const again = await startingUrl(provider, interaction);
  response.writeHead(303, { location: again }).end();
}

/** Where the person came in, with what the client asked for. */
async function startingUrl(provider: Provider, interaction: Interaction): Promise<string> {
  const device =
    interaction.deviceCode === undefined
      ? undefined
      : await provider.DeviceCode.find(interaction.deviceCode);
  if (device !== undefined) {
    // The provider takes the code of a device from one browser at a time.
    device.inFlight = false;
    await device.save();
    return provider.urlFor("code_verification", { query: { user_code: device.userCode } });
  }
  const url = new URL("/auth", provider.issuer);
  const { parJti } = interaction as { readonly parJti?: string | undefined };
  if (parJti !== undefined) {
    url.searchParams.set("client_id", String(interaction.params["client_id"]));
    url.searchParams.set("request_uri", `${pushedRequestUri}${parJti}`);
    return url.href;
  }
  for (const [name, value] of Object.entries(interaction.params)) {
    for (const each of [value ?? []].flat()) {
      url.searchParams.append(name, String(each));
    }
  }
  return url.href;
}

async function saveGrant(provider: Provider, interaction: Interaction): Promise<string> {
  const known =
    interaction.grantId === undefined ? undefined : await provider.Grant.find(interaction.grantId);
  const grant =
    known ??
    new provider.Grant({
      accountId: String(interaction.session?.accountId),
      clientId: String(interaction.params["client_id"]),
    });
  const { missingOIDCScope, missingResourceScopes } = interaction.prompt.details as MissingScopes;
  grant.addOIDCScope([...(missingOIDCScope ?? [])]);
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, [...scopes]);
  }
  return grant.save();
}

async function showPage(
  provider: Provider,
  users: readonly AuthorizationServerUser[],
  interaction: Interaction,
  response: ServerResponse,
): Promise<void> {
  const client = await provider.Client.find(String(interaction.params["client_id"]));
  const action = `/interaction/${interaction.uid}`;
  const clientName = client?.clientName ?? "an application";
  const user = users.find((candidate) => candidate.id === interaction.session?.accountId);
  const html =
    interaction.prompt.name === "login" || user === undefined
      ? loginPage({ action, clientName, users })
      : consentPage({ action, clientName, user, scopes: requestedScopes(interaction) });
  const targets = (client?.redirectUris ?? []).map((uri) => new URL(uri).origin);
  send(response, 200, html, targets);
}

function requestedScopes(interaction: Interaction): readonly string[] {
  return String(interaction.params["scope"] ?? "")
    .split(" ")
    .filter((scope) => scope !== "");
}

async function readForm(request: IncomingMessage): Promise<string> {
  if (Number(request.headers["content-length"] ?? Infinity) > maximumFormBytes) {
    throw new Error("The form is too large.");
  }
  return text(request);
}

function send(
  response: ServerResponse,
  status: number,
  html: string,
  formTargets: readonly string[] = [],
): void {
  response.writeHead(status, pageHeaders(formTargets)).end(html);
}
