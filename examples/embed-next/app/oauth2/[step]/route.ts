import { flow } from "../../../src/flow.ts";

export const GET = flow.handler;
export const HEAD = flow.handler;
export const POST = flow.handler;
