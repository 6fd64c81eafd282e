/** Options of {@link keepProbing}. */
export interface ProbingOptions {
  /** Asks the other side for a sign of life. */
  readonly ask: () => Promise<unknown>;
  /** It has given none for half a second: what it would have told may not come. */
  readonly onSilent: () => void;
  /** It gives signs again, and everything that it told meanwhile has come. */
  readonly onHeard: () => void;
  /** It could not be asked, or was silent for ten seconds: a new connection is better. */
  readonly onDead: () => void;
}

const probeEveryMs = 500;
const silentAfterMs = 500;
const deadAfterMs = 10_000;

/**
 * Asks a connection that is only listened to for signs of life, twice a second: one whose peer vanished
 * behind a router tells nobody. Does not keep the process alive, and ends with `onDead`.
 *
 * @returns how to stop.
 */
export function keepProbing({ ask, onSilent, onHeard, onDead }: ProbingOptions): () => void {
  let isOver = false;
  let isSilent = false;
  let timer: NodeJS.Timeout | undefined;

  const after = (delayMs: number, then: () => void) => {
    timer = setTimeout(then, delayMs).unref();
  };
  const stop = () => {
    isOver = true;
    clearTimeout(timer);
  };
  const die = () => {
    if (isOver) return;
    stop();
    onDead();
  };
  const probe = () => {
    let isAnswered = false;
    after(silentAfterMs, () => {
      // The answer may have come while this process was held up: let it in first.
      setImmediate(() => {
        if (isOver || isAnswered) return;
        isSilent = true;
        onSilent();
        after(deadAfterMs - silentAfterMs, die);
      });
    });
    ask().then(() => {
      isAnswered = true;
      if (isOver) return;
      clearTimeout(timer);
      if (isSilent) onHeard();
      isSilent = false;
      after(probeEveryMs, probe);
    }, die);
  };

  after(probeEveryMs, probe);
  return stop;
}
