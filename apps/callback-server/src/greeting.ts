import {
  createMessageChoice,
  createPageResponse,
  type PageMessages,
  renderDefaultPage,
} from "@rak-oauth/auth-code-flow";

const text =
  "This server finishes sign-ins for an assistant. There is nothing to see here: open the link that your assistant gave you.\n";

/** Gives what tells whoever comes without a link that there is nothing else; a browser gets a page. */
export function createGreeting(
  messages: readonly PageMessages[] | undefined,
): (request: Request) => Response {
  const chooseMessages = createMessageChoice(messages);
  return (request) => {
    if (!request.headers.get("accept")?.includes("text/html")) return new Response(text);
    const page = { kind: "greeting" } as const;
    return createPageResponse(page, renderDefaultPage(page, chooseMessages(request)));
  };
}
