import type { AuthorizationServerUser } from "./authorization-server-configuration.js";
import { escapeHtml, page } from "./page.js";

/** What the login page shows. */
export interface LoginPageOptions {
  /** Where the form goes. */
  readonly action: string;
  readonly clientName: string;
  readonly users: readonly AuthorizationServerUser[];
}

/** The page where a person says who they are. */
export function loginPage(options: LoginPageOptions): string {
  const people = options.users.map(
    (user) => `<button class="person" name="user" value="${escapeHtml(user.id)}">
<span class="initial" aria-hidden="true">${escapeHtml(user.name.slice(0, 1).toUpperCase())}</span>
<span><strong>${escapeHtml(user.name)}</strong><span class="quiet">${escapeHtml(user.email)}</span></span>
</button>`,
  );
  return page(
    "Sign in",
    `<h1>Sign in</h1>
<p>to continue to <strong>${escapeHtml(options.clientName)}</strong></p>
<form method="post" action="${escapeHtml(options.action)}" data-step="login" aria-label="Choose an account">
${people.join("\n")}
</form>
<p class="quiet below">These people are made up: choose one, no password is needed.</p>`,
  );
}

/** What the consent page shows. */
export interface ConsentPageOptions {
  /** Where the form goes. */
  readonly action: string;
  readonly clientName: string;
  readonly user: AuthorizationServerUser;
  readonly scopes: readonly string[];
}

/** The page where a person allows or denies what the client asks for. */
export function consentPage(options: ConsentPageOptions): string {
  const clientName = escapeHtml(options.clientName);
  const scopes = options.scopes.map(
    (scope) =>
      `<li><span>${escapeHtml(describeScope(scope))}</span> <code>${escapeHtml(scope)}</code></li>`,
  );
  return page(
    `Allow ${options.clientName}?`,
    `<h1>Allow ${clientName} to act for you?</h1>
<p>You are signed in as <strong>${escapeHtml(options.user.name)}</strong> <span class="quiet">${escapeHtml(options.user.email)}</span></p>
<h2 id="scopes">${clientName} asks to</h2>
<ul aria-labelledby="scopes">
${scopes.join("\n")}
</ul>
<form method="post" action="${escapeHtml(options.action)}" data-step="consent" aria-label="Your decision">
<div class="decision">
<button name="decision" value="deny">Deny</button>
<button class="allow" name="decision" value="allow">Allow</button>
</div>
<button class="link" name="decision" value="switch">Use another account</button>
</form>`,
  );
}

/** The page that says why signing in cannot go on. */
export function errorPage(reason: string): string {
  return page(
    "Sign-in cannot go on",
    `<h1>Sign-in cannot go on</h1>
<p>${escapeHtml(reason)}</p>
<p class="quiet">Go back to the application and start again.</p>`,
  );
}

const scopeDescriptions: Readonly<Record<string, string>> = {
  openid: "Know who you are",
  profile: "See your name",
  email: "See your email address",
  offline_access: "Keep this access while you are away",
  "calendar.read": "Read the events of your calendar",
};

function describeScope(scope: string): string {
  const described = scopeDescriptions[scope];
  if (described !== undefined) {
    return described;
  }
  const words = scope.split(/[^a-z0-9]+/i).filter((word) => word !== "");
  return `Use “${words.join(" ")}”`;
}
