import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { metrics } from "@opentelemetry/api";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";

/** Metrics for Prometheus, on a port of their own. */
export interface MetricsServer {
  /** Where they are, such as `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Options of {@link serveMetrics}. */
export interface ServeMetricsOptions {
  readonly port: number;
  readonly host: string;
}

/**
 * Registers an OpenTelemetry SDK for the whole process and serves what it gathers at `/metrics`.
 * Whatever counts has to be made after this.
 *
 * @throws Error with code EADDRINUSE or EACCES when the address cannot be had
 */
export async function serveMetrics({ port, host }: ServeMetricsOptions): Promise<MetricsServer> {
  const exporter = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    withoutTargetInfo: true,
  });
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    if (path === "/metrics" && (request.method === "GET" || request.method === "HEAD")) {
      exporter.getMetricsRequestHandler(request, response);
    } else {
      response.writeHead(404).end();
    }
  });
  // Nobody wants metrics of a process that has nothing else to do.
  server.unref().listen(port, host);
  await once(server, "listening");
  const provider = new MeterProvider({ readers: [exporter] });
  metrics.setGlobalMeterProvider(provider);
  const { address, family, port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${actualPort}/metrics`,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      metrics.disable();
      await provider.shutdown();
    },
  };
}
