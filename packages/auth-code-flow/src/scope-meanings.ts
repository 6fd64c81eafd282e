/** What a well-known scope allows; each catalogue has words for it. */
export type ScopeMeaning =
  | "identity"
  | "email_address"
  | "profile"
  | "stay_connected"
  | "account_write"
  | "calendar_read"
  | "calendar_write"
  | "contacts_read"
  | "contacts_write"
  | "files_read"
  | "files_write"
  | "files_own"
  | "mail_read"
  | "mail_write"
  | "mail_send"
  | "meetings_read"
  | "meetings_write"
  | "messages_read"
  | "messages_send"
  | "tasks_read"
  | "tasks_write"
  | "code_write"
  | "code_public_write"
  | "snippets_write"
  | "workflows_write"
  | "organizations_read"
  | "notifications_read";

type Meanings = Readonly<Record<string, ScopeMeaning>>;

/** @see https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims */
const meanings: Meanings = {
  openid: "identity",
  email: "email_address",
  profile: "profile",
  offline_access: "stay_connected",
};

const google = "https://www.googleapis.com/auth/";

const meaningsByProvider: Readonly<Record<string, Meanings>> = {
  google: {
    [`${google}userinfo.email`]: "email_address",
    [`${google}userinfo.profile`]: "profile",
    [`${google}calendar`]: "calendar_write",
    [`${google}calendar.readonly`]: "calendar_read",
    [`${google}calendar.events`]: "calendar_write",
    [`${google}calendar.events.readonly`]: "calendar_read",
    [`${google}contacts`]: "contacts_write",
    [`${google}contacts.readonly`]: "contacts_read",
    [`${google}drive`]: "files_write",
    [`${google}drive.readonly`]: "files_read",
    [`${google}drive.file`]: "files_own",
    "https://mail.google.com/": "mail_write",
    [`${google}gmail.modify`]: "mail_write",
    [`${google}gmail.readonly`]: "mail_read",
    [`${google}gmail.send`]: "mail_send",
    [`${google}tasks`]: "tasks_write",
    [`${google}tasks.readonly`]: "tasks_read",
  },
  github: {
    user: "account_write",
    "read:user": "profile",
    "user:email": "email_address",
    repo: "code_write",
    public_repo: "code_public_write",
    gist: "snippets_write",
    workflow: "workflows_write",
    "read:org": "organizations_read",
    notifications: "notifications_read",
  },
  microsoft: {
    "user.read": "profile",
    "user.readwrite": "account_write",
    "calendars.read": "calendar_read",
    "calendars.readwrite": "calendar_write",
    "contacts.read": "contacts_read",
    "contacts.readwrite": "contacts_write",
    "files.read": "files_read",
    "files.read.all": "files_read",
    "files.readwrite": "files_write",
    "files.readwrite.all": "files_write",
    "mail.read": "mail_read",
    "mail.readwrite": "mail_write",
    "mail.send": "mail_send",
    "chat.read": "messages_read",
    "chatmessage.send": "messages_send",
    "tasks.read": "tasks_read",
    "tasks.readwrite": "tasks_write",
  },
  zoom: {
    "user:read": "profile",
    "meeting:read": "meetings_read",
    "meeting:write": "meetings_write",
  },
  facebook: { public_profile: "profile" },
  slack: {
    "users:read": "profile",
    "users:read.email": "email_address",
    "channels:history": "messages_read",
    "im:history": "messages_read",
    "chat:write": "messages_send",
  },
};

/** Microsoft Graph's scopes come with or without its address, in any letter case. */
const graph = "https://graph.microsoft.com/";

/** What a scope of a provider allows; nothing when it is not well known. */
export function meaningOf(provider: string, scope: string): ScopeMeaning | undefined {
  const name = provider === "microsoft" ? scope.toLowerCase().replace(graph, "") : scope;
  const ofProvider = Object.hasOwn(meaningsByProvider, provider)
    ? meaningsByProvider[provider]
    : undefined;
  for (const known of [ofProvider, meanings]) {
    if (known !== undefined && Object.hasOwn(known, name)) return known[name];
  }
  return undefined;
}
