import { tokensOf } from "./strict-grants.js";

/** What a user's consent gave, some time ago. */
export interface Grant {
  readonly userId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token expires, in milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** Gives a valid access token of one user; what each caller calls. */
export type GetToken = () => Promise<string>;

/** What contenders measure themselves on. */
export interface Surroundings {
  readonly origin: string;
  readonly tokenUrl: string;
  readonly redisUrl?: string | undefined;
  readonly postgresUrl?: string | undefined;
  /** Keys of the sealed stores, as text. */
  readonly keyring: string;
}

/** A contender at work in one process. */
export interface OpenContender {
  /** Puts a grant where all processes find it. */
  store?(grant: Grant): Promise<void>;
  /** What this process has at hand for the user of a grant, before the first caller comes. */
  connect(grant: Grant): Promise<GetToken>;
  close?(): Promise<void>;
}

/** One way to get a user's valid access token, refreshed when it has expired. */
export interface Contender {
  readonly name: string;
  /** Whether a token that has not expired is given without a request. */
  readonly caches: boolean;
  /** How it was used, where that is not obvious. */
  readonly remark?: string | undefined;
  open(surroundings: Surroundings): Promise<OpenContender>;
}

/** The client every contender is registered as. */
export const client = { id: "bench", secret: "bench-secret" } as const;

/** A user's grant whose access token has expired. */
export function expiredGrant(userId: string): Grant {
  return { userId, ...tokensOf(userId), expiresAtMs: Date.now() - 60_000 };
}

/** A user's grant whose access token is good for an hour. */
export function freshGrant(userId: string): Grant {
  return { userId, ...tokensOf(userId), expiresAtMs: Date.now() + 3_600_000 };
}

/** A contender that has nothing to open: another library, used as its documentation says. */
export function peer(
  options: Pick<Contender, "name" | "caches" | "remark"> & {
    connect(surroundings: Surroundings, grant: Grant): Promise<GetToken> | GetToken;
  },
): Contender {
  const { connect, ...rest } = options;
  return {
    ...rest,
    open: async (surroundings) => ({ connect: async (grant) => connect(surroundings, grant) }),
  };
}
