/** One server-sent event, or a comment, whose event is empty. */
export interface StreamedEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Reads server-sent events as they come, until the stream ends. */
export async function* readEvents(response: Response): AsyncGenerator<StreamedEvent, void, void> {
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    yield* blocks.map(toEvent);
  }
}

function toEvent(block: string): StreamedEvent {
  const fields = new Map(
    block.split("\n").map((line) => {
      const [, name = "", value = ""] = /^([^:]*): (.*)$/.exec(line) ?? [];
      return [name, value] as const;
    }),
  );
  const data = fields.get("data");
  return {
    event: fields.get("event") ?? "",
    data: data === undefined ? fields.get("") : (JSON.parse(data) as unknown),
  };
}
