import { atMost, type Figure, type Size } from "../figure.js";
import { alternate } from "../interleave.js";
import { bareGet, type Discoverer, ours, peers } from "./discoverers.js";
import { type MeasuredIssuer, startMeasuredIssuer } from "./measured-issuer.js";

/** What one discovery costs that nobody made before, against asking for the document alone. */
export async function measureCold(size: Size): Promise<readonly Figure[]> {
  const server = await startMeasuredIssuer();
  try {
    const count = size === "full" ? 20 : 3;
    const measure = async (one: Discoverer): Promise<Figure> => {
      const result = await alternate(
        count,
        () => one.discover(server.issuer),
        () => bareGet.discover(server.issuer),
      );
      const ms = (microseconds: number) => `${(microseconds / 1000).toFixed(1)} ms`;
      return {
        name: `cold discovery of an issuer 50 ms away by ${one.name}`,
        value: result.ratio,
        unit: "×",
        target: one === ours ? atMost(1.1) : undefined,
        detail: `${ms(result.ours)} against ${ms(result.floor)} of a bare GET`,
      };
    };
    await server.countRequests();
    await ours.discover(server.issuer);
    const requests: Figure = {
      name: "requests of a cold discovery",
      value: await server.countRequests(),
      unit: "requests",
      target: atMost(1),
      detail: "OpenID Connect Discovery",
    };
    const figures = [requests];
    for (const one of [ours, ...peers]) figures.push(await measure(one));
    return figures;
  } finally {
    await server.stop();
  }
}

/** How many requests an issuer gets when many ask for it at once. */
export async function measureCrowd(size: Size): Promise<readonly Figure[]> {
  const server = await startMeasuredIssuer();
  try {
    const callers = size === "full" ? 1000 : 50;
    const figures: Figure[] = [];
    for (const one of [ours, ...peers]) figures.push(await countFor(one, callers, server));
    return figures;
  } finally {
    await server.stop();
  }
}

async function countFor(one: Discoverer, callers: number, server: MeasuredIssuer): Promise<Figure> {
  // For the compiler.
  await Promise.all(Array.from({ length: 50 }, () => one.discover(server.issuer)));
  await server.countRequests();
  const began = performance.now();
  await Promise.all(Array.from({ length: callers }, () => one.discover(server.issuer)));
  const took = performance.now() - began;
  return {
    name: `requests of ${callers} discoveries at once by ${one.name}`,
    value: await server.countRequests(),
    unit: "requests",
    target: one === ours ? atMost(1) : undefined,
    detail: `all done after ${took.toFixed(0)} ms`,
  };
}
