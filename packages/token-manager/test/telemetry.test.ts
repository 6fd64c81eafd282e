import { inspect } from "node:util";
import { context, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { rejection, useManagedWorld } from "./managed-world.js";

const world = useManagedWorld();
const spans = new InMemorySpanExporter();
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
const meterProvider = new MeterProvider({ readers: [reader] });

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  );
  metrics.setGlobalMeterProvider(meterProvider);
});

beforeEach(() => spans.reset());

afterAll(async () => {
  await meterProvider.shutdown();
  trace.disable();
  metrics.disable();
  context.disable();
});

async function counted(name: string): Promise<Record<string, number>> {
  await reader.forceFlush();
  const metric = exporter
    .getMetrics()
    .at(-1)
    ?.scopeMetrics.flatMap((scope) => scope.metrics)
    .find(({ descriptor }) => descriptor.name === name);
  return Object.fromEntries(
    (metric?.dataPoints ?? []).map(({ attributes, value }) => [
      String(attributes["origin"] ?? attributes["type"]),
      value as number,
    ]),
  );
}

it("shows a refresh as a span within the one that obtains the token", async () => {
  await world.connectExpired();
  await world.manage().getToken({ userId: "alice" });
  const [refresh, obtain] = spans.getFinishedSpans();
  expect(obtain).toMatchObject({
    name: "rak_oauth.obtain_token",
    attributes: { "rak_oauth.provider": "example", "rak_oauth.refreshed": true },
  });
  expect(refresh).toMatchObject({ name: "rak_oauth.refresh" });
  expect(refresh?.parentSpanContext?.spanId).toBe(obtain?.spanContext().spanId);
});

it("shows a failure by its code, and counts what was served and what happened", async () => {
  await world.connectExpired();
  world.provider.endGrants();
  const manager = world.manage();
  await rejection(manager.getToken({ userId: "alice" }));
  expect(spans.getFinishedSpans().at(-1)).toMatchObject({
    attributes: { "error.type": "needs_user_authorization" },
  });
  await world.connectAlice();
  await manager.getToken({ userId: "alice" });
  await manager.getToken({ userId: "alice" });
  expect(await counted("rak_oauth.tokens.served")).toMatchObject({ cache: 1, store: 1 });
  expect(await counted("rak_oauth.token.events")).toMatchObject({ reauthorization_required: 1 });
});

it("counts every caller of a crowd that waits together", async () => {
  const before = (await counted("rak_oauth.tokens.served"))["provider"] ?? 0;
  await world.connectExpired();
  const manager = world.manage();
  await Promise.all(Array.from({ length: 300 }, () => manager.getToken({ userId: "alice" })));
  const after = (await counted("rak_oauth.tokens.served"))["provider"] ?? 0;
  expect(after - before).toBe(300);
});

it("EV-01 names neither token nor user in spans and metrics", async () => {
  await world.connectExpired();
  await world.manage().getToken({ userId: "alice" });
  await reader.forceFlush();
  const shown = inspect(
    [spans.getFinishedSpans().map((span) => ({ ...span })), exporter.getMetrics()],
    { depth: 12 },
  );
  for (const word of ["alice", "access-", "refresh-"]) {
    expect(shown).not.toContain(word);
  }
});
