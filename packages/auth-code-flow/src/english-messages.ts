import type { PageMessages } from "./page-messages.js";
import { html } from "./safe-html.js";

const newLink = html`Ask your assistant for a new link.`;
const closeAndKeepDistance = html`You can close this window. If somebody sent you the link, do not trust them.`;

const timeFormat = new Intl.DateTimeFormat("en-GB", {
  dateStyle: "long",
  timeStyle: "short",
  timeZone: "UTC",
});

/** The built-in pages in English. */
export const englishMessages: PageMessages = {
  language: "en",
  direction: "ltr",
  flow: {
    connected: ({ displayName, account, replaced, isReturning }) => ({
      title: `${displayName} connected`,
      sentences: [
        account === undefined
          ? html`Your assistant can now use your ${displayName} account.`
          : html`Your assistant can now use your ${displayName} account ${account}.`,
        ...(replaced === undefined
          ? []
          : [
              html`This replaces ${replaced}, which was connected before. If you did not mean to change accounts, connect again and choose the other one.`,
            ]),
      ],
      next: isReturning
        ? html`You can go back now.`
        : html`You can close this window and go back to your assistant.`,
    }),
    stopped: ({ displayName, isRevoked }) => ({
      title: "Stopped",
      sentences: [
        html`Your ${displayName} account was not connected to anything.`,
        isRevoked
          ? html`${displayName} has ended the access that you had allowed a moment ago.`
          : html`You allowed access a moment ago. To end it for certain, open the security settings of your ${displayName} account, and remove the access there.`,
      ],
      next: closeAndKeepDistance,
    }),
    failures: {
      access_denied: ({ displayName = "Account" }) => ({
        title: `${displayName} not connected`,
        sentences: [html`You chose not to allow access. Nothing was connected or shared.`],
        next: html`You can close this window. If you change your mind, ask your assistant for a new link.`,
      }),
      expired: () => ({
        title: "This link has expired",
        sentences: [
          html`Links work for a short time only, so that nobody else can use yours later.`,
        ],
        next: newLink,
      }),
      invalid_request: () => ({
        title: "This link is not complete",
        sentences: [
          html`A part of its address was lost or changed on the way. Nothing was connected.`,
        ],
        next: html`Open the link again, exactly as your assistant gave it to you.`,
      }),
      invalid_state: () => ({
        title: "This sign-in cannot be finished here",
        sentences: [
          html`It was started in another browser, was used already, or cookies are switched off.`,
        ],
        next: html`${newLink} Then open it and sign in, all in one browser.`,
      }),
      issuer_mismatch: ({ displayName = "the account" }) => ({
        title: "Stopped for your safety",
        sentences: [
          html`The answer did not come from where it should, so ${displayName} was not connected.`,
        ],
        next: html`Tell the people who run your assistant. If you came here by a link from somebody else, close this window.`,
      }),
      wrong_user: () => ({
        title: "This link is for somebody else",
        sentences: [
          html`It was made for another user than the one signed in here. Nothing was connected.`,
        ],
        next: html`If somebody sent you this link, close this window. If it is yours, sign in to your assistant first, then open it again.`,
      }),
      provider_error: ({ displayName, hasDetail }) => ({
        title: `${displayName ?? "The account"} could not be connected`,
        sentences: [
          hasDetail
            ? html`Nothing was connected.`
            : html`${displayName ?? "The provider"} answered with an error. Nothing was connected.`,
        ],
        next: html`${newLink} If this happens again, tell the people who run your assistant.`,
      }),
      server_error: ({ displayName = "the account" }) => ({
        title: "Something went wrong here",
        sentences: [
          html`It is our fault, not yours: ${displayName} could not be connected just now.`,
        ],
        next: html`Try the link again in a minute. If that does not help, ask your assistant for a new one.`,
      }),
      not_found: () => ({
        title: "There is no page here",
        sentences: [html`The address may have been changed or shortened.`],
        next: html`Open the link again, exactly as your assistant gave it to you.`,
      }),
      too_large: () => ({
        title: "That was too much",
        sentences: [html`What was sent is longer than any form here. Nothing was done.`],
        next: html`Go back, load the page again, and try once more.`,
      }),
      too_long: () => ({
        title: "This address is too long",
        sentences: [html`No link of ours is that long, so something was added to it.`],
        next: html`Open the link again, exactly as your assistant gave it to you.`,
      }),
      too_many: () => ({
        title: "One moment, please",
        sentences: [html`Too many requests came from your network within a minute.`],
        next: html`Wait a minute, then load this page again. Your link stays good meanwhile.`,
      }),
      starting: () => ({
        title: "Just a moment",
        sentences: [html`This server is starting.`],
        next: html`Load the page again in a few seconds.`,
      }),
    },
    greeting: {
      title: "There is nothing to see here",
      sentences: [html`This server finishes sign-ins for an assistant.`],
      next: html`Open the link that your assistant gave you.`,
    },
    askUser: ({ displayName, applicationName, userName }) => ({
      title: `Connect ${displayName}?`,
      sentences: [html`${applicationName} asks for access to your ${displayName} account.`],
      facts: [
        ["Application", applicationName],
        ["For its user", userName],
      ],
      condition: html`Go on only if <strong>you are ${userName}</strong>. Otherwise somebody else would get to use your account.`,
      goOn: "Yes, that is me: go on",
      stop: "No, stop",
      next: html`Not you, or sent by somebody else? Then stop: nothing has been connected or shared.`,
    }),
    confirmAccount: ({ displayName, applicationName, userName, account }) => ({
      title: "Is this right?",
      sentences: [html`Nothing has been connected yet.`],
      facts: [
        [`${displayName} account`, account ?? "The one you have just chosen"],
        ["Will be used by", applicationName],
        ["For its user", userName],
      ],
      condition: html`Connect only if the account is yours, and <strong>you are ${userName}</strong>.`,
      connect: "Connect",
      stop: "Not right? Stop",
      next: html`If somebody sent you the link that led here, stop: they would get to use your account.`,
    }),
    replaces: (account) =>
      html`This replaces <strong>${account}</strong>, which was connected before.`,
    unconfirmedAddress: (email) => `${email} (address not confirmed)`,
    anotherAccount: "another account",
    backTo: (host) => `Back to ${host}`,
  },
  connections: {
    title: "Connected accounts",
    introduction: html`Your assistant may use these accounts for you, and only for what stands beside them.`,
    noConnection: html`Your assistant cannot use any account of yours. Nothing is connected.`,
    states: {
      active: { label: "Connected" },
      backoff: {
        label: "Paused",
        meaning: html`It does not answer well just now, so it is left alone for a while. There is nothing you need to do.`,
      },
      reauthorization_required: {
        label: "Connection lost",
        meaning: html`The access has ended there, by time or by somebody’s decision. Your assistant cannot use this account until you connect it again.`,
      },
      revoked: {
        label: "Disconnected",
        meaning: html`Your assistant cannot use this account any more. Disconnect it once more to remove the rest.`,
      },
      unreadable: {
        label: "Cannot be read",
        meaning: html`What is stored here about this account cannot be read any more, which is our fault, not yours. Your assistant cannot use the account until you connect it again.`,
      },
    },
    mayDo: "May",
    connectedAt: "Connected",
    refreshedAt: "Last renewed",
    formatTime: (time) => `${timeFormat.format(time)} UTC`,
    connectMore: "Connect an account",
    connect: (displayName) => `Connect ${displayName}`,
    reconnect: "Connect again",
    disconnect: "Disconnect",
    hasConnected: (displayName) => html`${displayName} is connected.`,
    hasExpired: html`Nothing was changed, because the page was too old or the request came from elsewhere. Choose again below.`,
    askToDisconnect: ({ displayName, account }) => ({
      title: `Disconnect ${displayName}?`,
      sentences: [
        account === undefined
          ? html`Your assistant will no longer be able to use your ${displayName} account.`
          : html`Your assistant will no longer be able to use your ${displayName} account ${account}.`,
      ],
      next: html`Nothing in the account itself is changed. You can connect it again at any time.`,
      disconnect: "Disconnect",
      keep: "Keep it connected",
    }),
    disconnected: {
      revoked: ({ displayName }) => ({
        title: `${displayName} disconnected`,
        sentences: [
          html`Your assistant cannot use the account any more. ${displayName} has confirmed that the access is ended.`,
        ],
        next: html`There is nothing left to do.`,
      }),
      expiring: ({ displayName }) => ({
        title: `${displayName} disconnected`,
        sentences: [
          html`Your assistant cannot use the account any more. ${displayName} has ended the lasting access; the last short pass it gave out runs out by itself, usually within the hour.`,
        ],
        next: html`Everything about it was deleted here. There is nothing left to do.`,
      }),
      unsupported: ({ displayName }) => ({
        title: `${displayName} disconnected here`,
        sentences: [
          html`Your assistant cannot use the account any more: everything about it was deleted here. But ${displayName} has no way to be told so, and may still list the access.`,
        ],
        next: html`To end it there too, open the security settings of your ${displayName} account, and remove the access.`,
      }),
      failed: ({ displayName }) => ({
        title: `${displayName} disconnected here`,
        sentences: [
          html`Your assistant cannot use the account any more: everything about it was deleted here. But ${displayName} did not confirm that the access is ended there.`,
        ],
        next: html`To be certain, open the security settings of your ${displayName} account, and remove the access.`,
      }),
      unreadable: ({ displayName }) => ({
        title: `${displayName} disconnected here`,
        sentences: [
          html`Everything about the account was deleted here. It could not be read any more, so ${displayName} could not be told to end the access there.`,
        ],
        next: html`To end it there too, open the security settings of your ${displayName} account, and remove the access.`,
      }),
      none: ({ displayName }) => ({
        title: `${displayName} is not connected`,
        sentences: [html`It was disconnected before. Nothing more was changed.`],
        next: html`There is nothing left to do.`,
      }),
    },
    signedOut: {
      title: "You are not signed in",
      sentences: [
        html`This page shows your own connected accounts, so it has to know who you are.`,
      ],
      next: html`Sign in to your assistant in this browser, then load this page again.`,
    },
    failed: {
      title: "Something went wrong here",
      sentences: [
        html`It is our fault, not yours: your accounts cannot be shown or changed just now.`,
      ],
      next: html`Load the page again in a minute. If that does not help, tell the people who run your assistant.`,
    },
    back: "Back to your accounts",
  },
  scopes: {
    identity: "know who you are",
    email_address: "see your e-mail address",
    profile: "see your name and profile",
    stay_connected: "stay connected while you are away",
    account_write: "see and change your profile",
    calendar_read: "see your calendar",
    calendar_write: "see and change your calendar",
    contacts_read: "see your contacts",
    contacts_write: "see and change your contacts",
    files_read: "see your files",
    files_write: "see, change and delete your files",
    files_own: "see and change files that you open with it",
    mail_read: "read your e-mail",
    mail_write: "read, write and delete your e-mail",
    mail_send: "send e-mail in your name",
    meetings_read: "see your meetings",
    meetings_write: "see and change your meetings",
    messages_read: "read your messages",
    messages_send: "send messages in your name",
    tasks_read: "see your tasks",
    tasks_write: "see and change your tasks",
    code_write: "see and change all your repositories",
    code_public_write: "change your public repositories",
    snippets_write: "create and change your gists",
    workflows_write: "change your automated workflows",
    organizations_read: "see which organisations you belong to",
    notifications_read: "see your notifications",
  },
};
