import { showConnections } from "../../src/flow.ts";

export const GET = showConnections;
export const HEAD = showConnections;
export const POST = showConnections;
