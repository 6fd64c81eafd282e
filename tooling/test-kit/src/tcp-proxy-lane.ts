import { once } from "node:events";
import type { Socket } from "node:net";

/** Which way bytes go through a proxy. */
export type TcpDirection = "client-to-server" | "server-to-client";

const mostHeldBytes = 1024 * 1024;

/** Whether one direction of every connection is open, and who waits for it. */
export class TcpGate {
  #opened: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #heldBack = promiseWithResolvers();

  /** Shuts the gate, and resolves when it has kept something from passing. */
  shut(): Promise<void> {
    this.#opened ??= promiseWithResolvers();
    return this.#heldBack.promise;
  }

  open(): void {
    this.#opened?.resolve();
    this.#opened = undefined;
    this.#heldBack = promiseWithResolvers();
  }

  async pass(): Promise<void> {
    while (this.#opened !== undefined) {
      this.#heldBack.resolve();
      await this.#opened.promise;
    }
  }
}

/** What {@link carry} needs. */
export interface CarryOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly gate: TcpGate;
  readonly latencyMs: number;
}

/** Carries bytes and their end one way, in order, late by the latency and only while the gate is open. */
export function carry({ from, to, gate, latencyMs }: CarryOptions): void {
  const parcels: { readonly bytes: Buffer | undefined; readonly due: number }[] = [];
  let heldBytes = 0;
  let delivering = false;

  const deliver = async () => {
    if (delivering) return;
    delivering = true;
    for (let parcel = parcels.shift(); parcel !== undefined; parcel = parcels.shift()) {
      // A time limit of zero would still cost a turn of the event loop for each parcel.
      const waitMs = parcel.due - performance.now();
      if (latencyMs > 0 && waitMs > 0) await new Promise((done) => setTimeout(done, waitMs));
      await gate.pass();
      if (to.destroyed) return;
      if (parcel.bytes === undefined) {
        to.end();
        return;
      }
      if (!to.write(parcel.bytes)) await Promise.race([once(to, "drain"), once(to, "close")]);
      heldBytes -= parcel.bytes.length;
      if (heldBytes <= mostHeldBytes) from.resume();
    }
    delivering = false;
  };
  const accept = (bytes: Buffer | undefined) => {
    parcels.push({ bytes, due: performance.now() + latencyMs });
    heldBytes += bytes?.length ?? 0;
    if (heldBytes > mostHeldBytes) from.pause();
    void deliver();
  };

  from.on("data", accept);
  from.on("end", () => accept(undefined));
}

function promiseWithResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
