import { percentEncode } from "./percent-encoding.js";

/** The same URL with one query parameter set; the others stay as they are spelt. */
export function withQueryParameter(url: URL, name: string, value: string): URL {
  const target = new URL(url);
  const others = url.search
    .slice(1)
    .split("&")
    .filter((pair) => pair !== "" && !new URLSearchParams(pair).has(name));
  target.search = [...others, `${percentEncode(name)}=${percentEncode(value)}`].join("&");
  return target;
}
