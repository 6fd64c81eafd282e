import { discover } from "@rak-oauth/oidc-discovery";
import {
  allowInsecureRequests as allowInsecure,
  discoveryRequest,
  processDiscoveryResponse,
} from "oauth4webapi";
import { allowInsecureRequests, discovery, None } from "openid-client";

/** One way to find out an issuer's endpoints. */
export interface Discoverer {
  readonly name: string;
  discover(issuer: string): Promise<unknown>;
}

export const ours: Discoverer = {
  name: "discover()",
  discover: (issuer) =>
    discover(issuer, { provider: "bench", clientId: "bench", allowInsecureLoopback: true }),
};

/** What any discovery has to do. */
export const bareGet: Discoverer = {
  name: "a bare GET",
  discover: async (issuer) => (await fetch(`${issuer}/.well-known/openid-configuration`)).json(),
};

export const peers: readonly Discoverer[] = [
  {
    name: "openid-client",
    discover: (issuer) =>
      discovery(new URL(issuer), "bench", undefined, None(), { execute: [allowInsecureRequests] }),
  },
  {
    name: "oauth4webapi",
    async discover(issuer) {
      const url = new URL(issuer);
      const response = await discoveryRequest(url, { [allowInsecure]: true });
      return processDiscoveryResponse(url, response);
    },
  },
];
