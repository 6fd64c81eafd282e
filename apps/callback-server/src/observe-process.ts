import { monitorEventLoopDelay } from "node:perf_hooks";
import { metrics, type ObservableResult } from "@opentelemetry/api";
import type { PartStates } from "./readiness.js";

/** Tells how this process is, and whether its stores answer, each time somebody asks for metrics. */
export function observeProcess(checkStores: () => Promise<PartStates>): void {
  const meter = metrics.getMeter("@rak-oauth/callback-server");
  const loop = monitorEventLoopDelay();
  loop.enable();
  const observe = (name: string, description: string, unit: string, value: () => number) =>
    meter
      .createObservableGauge(name, { description, unit })
      .addCallback((result: ObservableResult) => result.observe(value()));

  observe("process.memory.usage", "Resident memory", "By", () => process.memoryUsage.rss());
  observe("v8js.memory.heap.used", "JavaScript heap in use", "By", () =>
    Number(process.memoryUsage().heapUsed),
  );
  observe("process.uptime", "Time since the process began", "s", () => process.uptime());
  observe("nodejs.eventloop.delay.p99", "Delay of the event loop since last asked", "s", () => {
    const seconds = loop.percentile(99) / 1e9;
    loop.reset();
    return seconds;
  });
  meter
    .createObservableCounter("process.cpu.time", { description: "CPU time", unit: "s" })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe(user / 1e6, { "cpu.mode": "user" });
      result.observe(system / 1e6, { "cpu.mode": "system" });
    });
  meter
    .createObservableGauge("rak_oauth.store.ready", {
      description: "Whether a store answers: 1 or 0",
    })
    .addCallback(async (result) => {
      for (const [store, state] of Object.entries(await checkStores())) {
        result.observe(state === "ok" ? 1 : 0, { store });
      }
    });
}
