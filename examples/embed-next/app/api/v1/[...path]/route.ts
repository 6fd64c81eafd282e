import { api } from "../../../../src/flow.ts";

export const GET = api.handler;
export const POST = api.handler;
export const DELETE = api.handler;
