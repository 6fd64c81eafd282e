import {
  type AuthorizationServer,
  startAuthorizationServer,
  startHttpServer,
} from "@rak-oauth/test-kit";
import type { JWK } from "jose";
import { ProofChecker } from "./proof-checker.js";

/** The one client that a bank knows. */
export interface BankClient {
  /** The public half of its key. */
  readonly publicKey: JWK;
  readonly redirectUri: string;
}

/** A bank's authorization server, and its API. */
export interface Bank {
  readonly authorizationServer: AuthorizationServer;
  readonly clientId: string;
  readonly apiUrl: string;
  /** Thumbprints of the keys that were proved to the API, one for each good answer. */
  readonly provedKeys: readonly string[];
  stop(): Promise<void>;
}

const accounts = [
  { name: "Current account", balance: "1204.55", currency: "EUR" },
  { name: "Savings", balance: "8300.00", currency: "EUR" },
];

/** Starts what stands in for a bank: it takes pushed requests alone, and tokens only with their key. */
export async function startBank({ publicKey, redirectUri }: BankClient): Promise<Bank> {
  const clientId = "accounts-agent";
  const authorizationServer = await startAuthorizationServer({
    extraScopes: ["accounts"],
    requirePushedAuthorizationRequests: true,
    dpop: { requireNonce: true },
    clients: [
      {
        clientId,
        name: "Accounts agent",
        redirectUris: [redirectUri],
        grantTypes: ["authorization_code", "refresh_token", "client_credentials"],
        authentication: "private_key_jwt",
        jwks: { keys: [publicKey] },
        dpopBoundAccessTokens: true,
        idTokenAlgorithm: "PS256",
      },
    ],
  });
  const proofs = new ProofChecker();
  const provedKeys: string[] = [];
  const api = await startHttpServer(async (request) => {
    const [scheme = "", token = ""] = (request.headers.get("authorization") ?? "").split(" ");
    const granted = await authorizationServer.verifyAccessToken(token);
    const key = await proofs.check(request, token);
    if (scheme !== "DPoP" || key === undefined || granted?.confirmation?.jkt !== key) {
      const headers = { "www-authenticate": 'DPoP error="invalid_token", algs="ES256"' };
      return new Response(null, { status: 401, headers });
    }
    if (granted.sub === undefined || !granted.scopes.includes("accounts")) {
      const headers = { "www-authenticate": 'DPoP error="insufficient_scope", scope="accounts"' };
      return new Response(null, { status: 403, headers });
    }
    provedKeys.push(key);
    return Response.json({ owner: granted.sub, accounts });
  });
  return {
    authorizationServer,
    clientId,
    apiUrl: api.url,
    provedKeys,
    async stop() {
      await api.stop();
      await authorizationServer.stop();
    },
  };
}
