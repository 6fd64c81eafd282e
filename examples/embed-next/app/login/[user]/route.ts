import type { NextRequest } from "next/server";
import { createSession } from "../../../src/session.ts";

interface LoginRoute {
  readonly params: Promise<{ readonly user: string }>;
}

/** In place of your own sign-in. */
export async function GET(_request: NextRequest, { params }: LoginRoute): Promise<Response> {
  const { user } = await params;
  const headers = { location: "/", "set-cookie": createSession(user) };
  return new Response(null, { status: 303, headers });
}
