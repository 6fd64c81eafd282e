declare function refresh(refreshToken: string): Promise<unknown>;

// shown from here

import { startHostileServer } from "@rak-oauth/test-kit";

const server = await startHostileServer({ rotation: { reuseWindowMs: 30_000 } });
const { id, refreshToken } = server.issueGrant({ userId: "alice", lifetimeSeconds: 60 });

server.answerNext("the body is truncated JSON"); // a named misbehaviour
server.answerNext({ lostAnswer: "after-commit" }); // rotated, and nobody hears of it
server.answerAlways(({ request }) => (request.grantId === id ? { status: 503 } : undefined));

const held = server.hold(); // or { at: "after-commit" }
const refreshed = refresh(refreshToken); // by what is tested, also in another process
await held.arrived(); // now it is in flight, without a sleep
held.release();
