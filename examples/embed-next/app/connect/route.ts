import { type NextRequest, NextResponse } from "next/server";
import { flow, origin } from "../../src/flow.ts";
import { openSession } from "../../src/session.ts";

export async function GET(request: NextRequest): Promise<Response> {
  const userId = openSession(request);
  if (userId === undefined) return NextResponse.redirect(`${origin}/`);
  const { url } = await flow.start({ provider: "calendar", userId, returnTo: `${origin}/` });
  return NextResponse.redirect(url);
}
