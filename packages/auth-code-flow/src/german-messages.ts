import type { PageMessages } from "./page-messages.js";
import { html } from "./safe-html.js";

const newLink = html`Bitten Sie Ihren Assistenten um einen neuen Link.`;

const timeFormat = new Intl.DateTimeFormat("de", {
  dateStyle: "long",
  timeStyle: "short",
  timeZone: "UTC",
});

/** The built-in pages in German. */
export const germanMessages: PageMessages = {
  language: "de",
  direction: "ltr",
  flow: {
    connected: ({ displayName, account, replaced, isReturning }) => ({
      title: `${displayName} ist verbunden`,
      sentences: [
        account === undefined
          ? html`Ihr Assistent kann jetzt Ihr Konto bei ${displayName} nutzen.`
          : html`Ihr Assistent kann jetzt Ihr Konto ${account} bei ${displayName} nutzen.`,
        ...(replaced === undefined
          ? []
          : [
              html`Es ersetzt das bisher verbundene Konto (${replaced}). Wollten Sie das Konto nicht wechseln, verbinden Sie noch einmal und wählen Sie das andere.`,
            ]),
      ],
      next: isReturning
        ? html`Sie können jetzt zurückgehen.`
        : html`Sie können dieses Fenster schließen und zu Ihrem Assistenten zurückkehren.`,
    }),
    stopped: ({ displayName, isRevoked }) => ({
      title: "Abgebrochen",
      sentences: [
        html`Ihr Konto bei ${displayName} wurde mit nichts verbunden.`,
        isRevoked
          ? html`${displayName} hat den Zugriff beendet, den Sie gerade erlaubt hatten.`
          : html`Sie haben gerade einen Zugriff erlaubt. Um ihn sicher zu beenden, öffnen Sie die Sicherheitseinstellungen Ihres Kontos bei ${displayName} und entfernen Sie ihn dort.`,
      ],
      next: html`Sie können dieses Fenster schließen. Hat Ihnen jemand den Link geschickt, trauen Sie ihm nicht.`,
    }),
    failures: {
      access_denied: ({ displayName = "Das Konto" }) => ({
        title: `${displayName} wurde nicht verbunden`,
        sentences: [
          html`Sie haben den Zugriff nicht erlaubt. Es wurde nichts verbunden und nichts weitergegeben.`,
        ],
        next: html`Sie können dieses Fenster schließen. Wenn Sie es sich anders überlegen, bitten Sie Ihren Assistenten um einen neuen Link.`,
      }),
      expired: () => ({
        title: "Dieser Link ist abgelaufen",
        sentences: [
          html`Links gelten nur kurze Zeit, damit später niemand anderes Ihren benutzen kann.`,
        ],
        next: newLink,
      }),
      invalid_request: () => ({
        title: "Dieser Link ist unvollständig",
        sentences: [
          html`Ein Teil seiner Adresse ging unterwegs verloren oder wurde verändert. Es wurde nichts verbunden.`,
        ],
        next: html`Öffnen Sie den Link noch einmal, genau so, wie Ihr Assistent ihn Ihnen gegeben hat.`,
      }),
      invalid_state: () => ({
        title: "Diese Anmeldung lässt sich hier nicht abschließen",
        sentences: [
          html`Sie wurde in einem anderen Browser begonnen oder schon abgeschlossen, oder Cookies sind ausgeschaltet.`,
        ],
        next: html`${newLink} Öffnen Sie ihn dann und melden Sie sich an, alles in demselben Browser.`,
      }),
      issuer_mismatch: ({ displayName = "Das Konto" }) => ({
        title: "Zu Ihrer Sicherheit abgebrochen",
        sentences: [
          html`Die Antwort kam nicht von dort, woher sie kommen sollte. ${displayName} wurde deshalb nicht verbunden.`,
        ],
        next: html`Sagen Sie denen Bescheid, die Ihren Assistenten betreiben. Kamen Sie über einen Link von jemand anderem hierher, schließen Sie dieses Fenster.`,
      }),
      wrong_user: () => ({
        title: "Dieser Link ist für jemand anderen",
        sentences: [
          html`Er wurde nicht für die Person gemacht, die hier angemeldet ist. Es wurde nichts verbunden.`,
        ],
        next: html`Hat Ihnen jemand diesen Link geschickt, schließen Sie dieses Fenster. Ist es Ihrer, melden Sie sich zuerst bei Ihrem Assistenten an und öffnen Sie ihn dann noch einmal.`,
      }),
      provider_error: ({ displayName, hasDetail }) => ({
        title: `${displayName ?? "Das Konto"} konnte nicht verbunden werden`,
        sentences: [
          hasDetail
            ? html`Es wurde nichts verbunden.`
            : html`${displayName ?? "Der Anbieter"} hat mit einem Fehler geantwortet. Es wurde nichts verbunden.`,
        ],
        next: html`${newLink} Geschieht das noch einmal, sagen Sie denen Bescheid, die Ihren Assistenten betreiben.`,
      }),
      server_error: ({ displayName = "Das Konto" }) => ({
        title: "Hier ist etwas schiefgegangen",
        sentences: [
          html`Das liegt an uns, nicht an Ihnen: ${displayName} konnte gerade nicht verbunden werden.`,
        ],
        next: html`Versuchen Sie den Link in einer Minute noch einmal. Hilft das nicht, bitten Sie Ihren Assistenten um einen neuen.`,
      }),
      not_found: () => ({
        title: "Hier gibt es keine Seite",
        sentences: [html`Die Adresse wurde vielleicht verändert oder gekürzt.`],
        next: html`Öffnen Sie den Link noch einmal, genau so, wie Ihr Assistent ihn Ihnen gegeben hat.`,
      }),
      too_large: () => ({
        title: "Das war zu viel",
        sentences: [
          html`Es wurde mehr gesendet, als irgendein Formular hier enthält. Es ist nichts geschehen.`,
        ],
        next: html`Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.`,
      }),
      too_long: () => ({
        title: "Diese Adresse ist zu lang",
        sentences: [html`So lang ist keiner unserer Links. Es wurde also etwas hinzugefügt.`],
        next: html`Öffnen Sie den Link noch einmal, genau so, wie Ihr Assistent ihn Ihnen gegeben hat.`,
      }),
      too_many: () => ({
        title: "Einen Moment, bitte",
        sentences: [html`Aus Ihrem Netz kamen in einer Minute zu viele Anfragen.`],
        next: html`Warten Sie eine Minute und laden Sie diese Seite dann noch einmal. Ihr Link bleibt so lange gültig.`,
      }),
      starting: () => ({
        title: "Einen Moment",
        sentences: [html`Dieser Server startet gerade.`],
        next: html`Laden Sie die Seite in ein paar Sekunden noch einmal.`,
      }),
    },
    greeting: {
      title: "Hier gibt es nichts zu sehen",
      sentences: [html`Dieser Server schließt Anmeldungen für einen Assistenten ab.`],
      next: html`Öffnen Sie den Link, den Ihr Assistent Ihnen gegeben hat.`,
    },
    askUser: ({ displayName, applicationName, userName }) => ({
      title: `${displayName} verbinden?`,
      sentences: [html`${applicationName} bittet um Zugriff auf Ihr Konto bei ${displayName}.`],
      facts: [
        ["Anwendung", applicationName],
        ["Für die Person", userName],
      ],
      condition: html`Fahren Sie nur fort, wenn <strong>Sie ${userName} sind</strong>. Sonst könnte jemand anderes Ihr Konto nutzen.`,
      goOn: "Ja, das bin ich: weiter",
      stop: "Nein, abbrechen",
      next: html`Sie sind das nicht, oder jemand hat Ihnen den Link geschickt? Dann brechen Sie ab: Noch wurde nichts verbunden und nichts weitergegeben.`,
    }),
    confirmAccount: ({ displayName, applicationName, userName, account }) => ({
      title: "Ist das richtig?",
      sentences: [html`Noch ist nichts verbunden.`],
      facts: [
        [`Konto bei ${displayName}`, account ?? "Das gerade gewählte"],
        ["Genutzt von", applicationName],
        ["Für die Person", userName],
      ],
      condition: html`Verbinden Sie nur, wenn das Konto Ihres ist und <strong>Sie ${userName} sind</strong>.`,
      connect: "Verbinden",
      stop: "Nicht richtig? Abbrechen",
      next: html`Hat Ihnen jemand den Link geschickt, der hierher führte, brechen Sie ab: Er könnte sonst Ihr Konto nutzen.`,
    }),
    replaces: (account) =>
      html`Es ersetzt das bisher verbundene Konto: <strong>${account}</strong>.`,
    unconfirmedAddress: (email) => `${email} (Adresse nicht bestätigt)`,
    anotherAccount: "ein anderes Konto",
    backTo: (host) => `Zurück zu ${host}`,
  },
  connections: {
    title: "Verbundene Konten",
    introduction: html`Ihr Assistent darf diese Konten für Sie nutzen, und nur für das, was daneben steht.`,
    noConnection: html`Ihr Assistent kann keines Ihrer Konten nutzen. Es ist nichts verbunden.`,
    states: {
      active: { label: "Verbunden" },
      backoff: {
        label: "Pausiert",
        meaning: html`Dort wird gerade nicht gut geantwortet, deshalb wird eine Weile nicht gefragt. Sie müssen nichts tun.`,
      },
      reauthorization_required: {
        label: "Verbindung verloren",
        meaning: html`Der Zugriff ist dort beendet, durch Ablauf oder weil es jemand so entschieden hat. Ihr Assistent kann dieses Konto erst wieder nutzen, wenn Sie es neu verbinden.`,
      },
      revoked: {
        label: "Getrennt",
        meaning: html`Ihr Assistent kann dieses Konto nicht mehr nutzen. Trennen Sie es noch einmal, um den Rest zu entfernen.`,
      },
      unreadable: {
        label: "Nicht lesbar",
        meaning: html`Was hier zu diesem Konto gespeichert ist, lässt sich nicht mehr lesen. Das liegt an uns, nicht an Ihnen. Ihr Assistent kann das Konto erst wieder nutzen, wenn Sie es neu verbinden.`,
      },
    },
    mayDo: "Darf",
    connectedAt: "Verbunden seit",
    refreshedAt: "Zuletzt erneuert",
    formatTime: (time) => `${timeFormat.format(time)} UTC`,
    connectMore: "Ein Konto verbinden",
    connect: (displayName) => `${displayName} verbinden`,
    reconnect: "Neu verbinden",
    disconnect: "Trennen",
    hasConnected: (displayName) => html`${displayName} ist verbunden.`,
    hasExpired: html`Es wurde nichts geändert, weil die Seite zu alt war oder die Anfrage von anderswo kam. Wählen Sie unten noch einmal.`,
    askToDisconnect: ({ displayName, account }) => ({
      title: `${displayName} trennen?`,
      sentences: [
        account === undefined
          ? html`Ihr Assistent kann Ihr Konto bei ${displayName} dann nicht mehr nutzen.`
          : html`Ihr Assistent kann Ihr Konto ${account} bei ${displayName} dann nicht mehr nutzen.`,
      ],
      next: html`Im Konto selbst ändert sich nichts. Sie können es jederzeit wieder verbinden.`,
      disconnect: "Trennen",
      keep: "Verbunden lassen",
    }),
    disconnected: {
      revoked: ({ displayName }) => ({
        title: `${displayName} ist getrennt`,
        sentences: [
          html`Ihr Assistent kann das Konto nicht mehr nutzen. ${displayName} hat bestätigt, dass der Zugriff beendet ist.`,
        ],
        next: html`Es bleibt nichts zu tun.`,
      }),
      expiring: ({ displayName }) => ({
        title: `${displayName} ist getrennt`,
        sentences: [
          html`Ihr Assistent kann das Konto nicht mehr nutzen. ${displayName} hat den dauerhaften Zugriff beendet; der letzte kurze, der noch ausgegeben war, läuft von selbst ab, meist innerhalb einer Stunde.`,
        ],
        next: html`Hier wurde alles dazu gelöscht. Es bleibt nichts zu tun.`,
      }),
      unsupported: ({ displayName }) => ({
        title: `${displayName} ist hier getrennt`,
        sentences: [
          html`Ihr Assistent kann das Konto nicht mehr nutzen: Hier wurde alles dazu gelöscht. ${displayName} lässt sich das aber nicht mitteilen und führt den Zugriff vielleicht noch auf.`,
        ],
        next: html`Um ihn auch dort zu beenden, öffnen Sie die Sicherheitseinstellungen Ihres Kontos bei ${displayName} und entfernen Sie ihn.`,
      }),
      failed: ({ displayName }) => ({
        title: `${displayName} ist hier getrennt`,
        sentences: [
          html`Ihr Assistent kann das Konto nicht mehr nutzen: Hier wurde alles dazu gelöscht. ${displayName} hat aber nicht bestätigt, dass der Zugriff dort beendet ist.`,
        ],
        next: html`Um sicherzugehen, öffnen Sie die Sicherheitseinstellungen Ihres Kontos bei ${displayName} und entfernen Sie ihn.`,
      }),
      unreadable: ({ displayName }) => ({
        title: `${displayName} ist hier getrennt`,
        sentences: [
          html`Hier wurde alles zu dem Konto gelöscht. Es ließ sich nicht mehr lesen, deshalb konnte ${displayName} nicht mitgeteilt werden, dass der Zugriff dort enden soll.`,
        ],
        next: html`Um ihn auch dort zu beenden, öffnen Sie die Sicherheitseinstellungen Ihres Kontos bei ${displayName} und entfernen Sie ihn.`,
      }),
      none: ({ displayName }) => ({
        title: `${displayName} ist nicht verbunden`,
        sentences: [html`Es wurde schon vorher getrennt. Sonst wurde nichts geändert.`],
        next: html`Es bleibt nichts zu tun.`,
      }),
    },
    signedOut: {
      title: "Sie sind nicht angemeldet",
      sentences: [
        html`Diese Seite zeigt Ihre eigenen verbundenen Konten und muss deshalb wissen, wer Sie sind.`,
      ],
      next: html`Melden Sie sich in diesem Browser bei Ihrem Assistenten an und laden Sie diese Seite dann noch einmal.`,
    },
    failed: {
      title: "Hier ist etwas schiefgegangen",
      sentences: [
        html`Das liegt an uns, nicht an Ihnen: Ihre Konten lassen sich gerade nicht zeigen oder ändern.`,
      ],
      next: html`Laden Sie die Seite in einer Minute noch einmal. Hilft das nicht, sagen Sie denen Bescheid, die Ihren Assistenten betreiben.`,
    },
    back: "Zurück zu Ihren Konten",
  },
  scopes: {
    identity: "wissen, wer Sie sind",
    email_address: "Ihre E-Mail-Adresse sehen",
    profile: "Ihren Namen und Ihr Profil sehen",
    stay_connected: "verbunden bleiben, während Sie fort sind",
    account_write: "Ihr Profil sehen und ändern",
    calendar_read: "Ihren Kalender sehen",
    calendar_write: "Ihren Kalender sehen und ändern",
    contacts_read: "Ihre Kontakte sehen",
    contacts_write: "Ihre Kontakte sehen und ändern",
    files_read: "Ihre Dateien sehen",
    files_write: "Ihre Dateien sehen, ändern und löschen",
    files_own: "Dateien sehen und ändern, die Sie damit öffnen",
    mail_read: "Ihre E-Mails lesen",
    mail_write: "Ihre E-Mails lesen, schreiben und löschen",
    mail_send: "in Ihrem Namen E-Mails senden",
    meetings_read: "Ihre Besprechungen sehen",
    meetings_write: "Ihre Besprechungen sehen und ändern",
    messages_read: "Ihre Nachrichten lesen",
    messages_send: "in Ihrem Namen Nachrichten senden",
    tasks_read: "Ihre Aufgaben sehen",
    tasks_write: "Ihre Aufgaben sehen und ändern",
    code_write: "alle Ihre Repositorys sehen und ändern",
    code_public_write: "Ihre öffentlichen Repositorys ändern",
    snippets_write: "Ihre Gists anlegen und ändern",
    workflows_write: "Ihre automatischen Abläufe ändern",
    organizations_read: "sehen, zu welchen Organisationen Sie gehören",
    notifications_read: "Ihre Benachrichtigungen sehen",
  },
};
