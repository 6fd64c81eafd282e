import { type Redis as RedisServer, startTcpProxy } from "@rak-oauth/test-kit";
import { Redis } from "ioredis";

declare const redis: RedisServer;

// shown from here

const proxy = await startTcpProxy({ target: redis.url });
const client = new Redis(proxy.url);

const { heldBack } = proxy.stall("server-to-client");
const write = client.set("key", "value");
await heldBack; // Redis has written, its acknowledgement is on the way
proxy.cut(); // and is lost
proxy.resume();
