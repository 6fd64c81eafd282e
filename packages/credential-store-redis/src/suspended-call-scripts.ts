import { recordPrelude } from "./record-prelude.js";

/*
 * Everything is in one hash tag, named by KEYS[1], for a call is found by its handle, by what it waits
 * for and by its owner:
 *   <shard>c:<id>             the record, a hash
 *   <shard>r:<authRequestId>  list of the ids that wait for it, oldest first
 *   <shard>u:<owner>          sorted set of an owner's ids, by the moment they expire
 * All of it expires by itself.
 */

const common = `${recordPrelude("c")}local function keep(key, ttl)
  if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, string.format('%.0f', ttl)) end
end
local function remove(id, authRequestId, owner)
  redis.call('DEL', shard .. 'c:' .. id)
  redis.call('LREM', shard .. 'r:' .. authRequestId, 1, id)
  redis.call('ZREM', shard .. 'u:' .. owner, id)
end
`;

/** Repeatable: a call that is there already is left as it is. */
const open = `${common}
local id, authRequestId, owner, name, keyId, ttl, sealed = unpack(ARGV)
ttl = math.max(1, math.ceil(tonumber(ttl)))
local path, waiting, owned = shard .. 'c:' .. id, shard .. 'r:' .. authRequestId, shard .. 'u:' .. owner
if redis.call('EXISTS', path) == 1 then return 0 end
redis.call('HSET', path, 'format', '1', 'status', 'suspended', 'authRequestId', authRequestId, 'owner', owner,
  'name', name, 'keyId', keyId, 'expiresAt', string.format('%.0f', now + ttl), 'sealed', sealed)
redis.call('PEXPIRE', path, string.format('%.0f', ttl))
redis.call('RPUSH', waiting, id)
keep(waiting, ttl)
redis.call('ZREMRANGEBYSCORE', owned, '-inf', now)
redis.call('ZADD', owned, now + ttl, id)
keep(owned, ttl)
return 1
`;

const list = `${common}
local found = {}
for _, id in ipairs(redis.call('LRANGE', shard .. 'r:' .. ARGV[1], 0, -1)) do
  local record = answer(id)
  if record then found[#found + 1] = record end
end
return found
`;

/** Sent twice over a broken connection, a call (ARGV[2]) is told again that it was the one. */
const take = `${common}
local id, by = unpack(ARGV)
local path = shard .. 'c:' .. id
local status, before = unpack(redis.call('HMGET', path, 'status', 'by'))
if status == 'taken' and before == by then return answer(id) end
if status ~= 'suspended' then return false end
redis.call('HSET', path, 'status', 'taken', 'by', by)
return answer(id)
`;

const forget = `${common}
local id = ARGV[1]
local authRequestId, owner = unpack(redis.call('HMGET', shard .. 'c:' .. id, 'authRequestId', 'owner'))
if not authRequestId then return 0 end
remove(id, authRequestId, owner)
return 1
`;

const forgetOwner = `${common}
local owner, count = ARGV[1], 0
for _, id in ipairs(redis.call('ZRANGE', shard .. 'u:' .. owner, 0, -1)) do
  local authRequestId = redis.call('HGET', shard .. 'c:' .. id, 'authRequestId')
  if authRequestId then
    count = count + 1
    remove(id, authRequestId, owner)
  end
end
redis.call('DEL', shard .. 'u:' .. owner)
return count
`;

/** The operations on suspended calls that are scripts. */
export type SuspendedCallScriptName = "open" | "list" | "take" | "forget" | "forgetOwner";

/** The Lua of every operation on suspended calls. */
export const suspendedCallScripts: Readonly<Record<SuspendedCallScriptName, string>> = {
  open,
  list,
  take,
  forget,
  forgetOwner,
};
