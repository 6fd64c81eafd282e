import { toStoreError } from "./store-error.js";

/**
 * What the stores need of a `PrismaClient`: any client generated for PostgreSQL has it, whatever
 * else its schema holds. Statements are constant texts; values are always bound.
 */
export interface RawQueryClient {
  /** Runs a statement with its bound values and gives its rows. */
  $queryRawUnsafe(query: string, ...values: unknown[]): PromiseLike<unknown>;
}

/**
 * Runs one statement.
 *
 * @throws StoreUnavailableError, or OAuth2Error with code `store_misconfigured`
 */
export async function query<Row>(
  client: RawQueryClient,
  statement: string,
  ...values: readonly unknown[]
): Promise<readonly Row[]> {
  try {
    return (await client.$queryRawUnsafe(statement, ...values)) as readonly Row[];
  } catch (error) {
    throw toStoreError(error);
  }
}
