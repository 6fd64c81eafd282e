import type { NextRequest } from "next/server";
import { credentials } from "../src/flow.ts";
import { openSession } from "../src/session.ts";

export async function GET(request: NextRequest): Promise<Response> {
  const userId = openSession(request);
  if (userId === undefined) return Response.json({ signInAt: "/login/alice" });
  return Response.json(await credentials.listConnections({ userId }));
}
