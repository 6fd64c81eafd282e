import { recordPrelude } from "./record-prelude.js";

/*
 * Everything is in one hash tag, named by KEYS[1], for an authorization is found by its handle, by
 * its state and by what it may be shared for, and no two of these are known together:
 *   <shard>a:<id>         the record, a hash
 *   <shard>s:<stateHash>  its id
 *   <shard>j:<joinKey>    id of the one that may be shared
 *   <shard>u:<owner>      sorted set of an owner's ids, by the moment they are forgotten
 *   <shard>h              sorted set of ids that were held, by the moment the user's time is over
 * All of it expires by itself.
 */

const common = `${recordPrelude("a")}local function forget(milliseconds) return string.format('%.0f', math.max(1, math.ceil(milliseconds))) end
`;

const open = `${common}
local id, stateHash, joinKey, owner, name, keyId, ttl, joinIfRemaining, sealed = unpack(ARGV)
ttl = tonumber(ttl)
local shared = redis.call('GET', shard .. 'j:' .. joinKey)
if shared then
  local status, expiresAt = unpack(redis.call('HMGET', shard .. 'a:' .. shared, 'status', 'expiresAt'))
  if status == 'pending' and expiresAt - now >= tonumber(joinIfRemaining) then return answer(shared) end
end
local path, owned, forgetAt = shard .. 'a:' .. id, shard .. 'u:' .. owner, now + 2 * ttl
redis.call('HSET', path, 'format', '1', 'status', 'pending', 'stateHash', stateHash, 'joinKey', joinKey,
  'owner', owner, 'name', name, 'keyId', keyId, 'expiresAt', string.format('%.0f', now + ttl), 'sealed', sealed)
redis.call('PEXPIRE', path, forget(2 * ttl))
redis.call('SET', shard .. 's:' .. stateHash, id, 'PX', forget(2 * ttl))
redis.call('SET', shard .. 'j:' .. joinKey, id, 'PX', forget(ttl))
redis.call('ZREMRANGEBYSCORE', owned, '-inf', now)
redis.call('ZADD', owned, forgetAt, id)
if redis.call('PTTL', owned) < 2 * ttl then redis.call('PEXPIRE', owned, forget(2 * ttl)) end
return answer(id)
`;

const read = `${common}
return answer(ARGV[1])
`;

const find = `${common}
local id = redis.call('GET', shard .. 's:' .. ARGV[1])
if not id then return false end
return answer(id)
`;

/** Sent twice over a broken connection, a call (ARGV[2]) is told again that it was the one. */
const take = `${common}
local id = redis.call('GET', shard .. 's:' .. ARGV[1])
if not id then return false end
local path = shard .. 'a:' .. id
local status, expiresAt, by = unpack(redis.call('HMGET', path, 'status', 'expiresAt', 'by'))
if status == 'taken' and by == ARGV[2] then return answer(id) end
if status ~= 'pending' or tonumber(expiresAt) <= now then return false end
redis.call('HSET', path, 'status', 'taken', 'by', ARGV[2])
return answer(id)
`;

/** Repeatable: what is held may be held again. */
const hold = `${common}
local id, channel, keyId, ttl, sealed = unpack(ARGV)
ttl = tonumber(ttl)
local path = shard .. 'a:' .. id
local status, stateHash, owner = unpack(redis.call('HMGET', path, 'status', 'stateHash', 'owner'))
if status ~= 'taken' and status ~= 'held' then return 0 end
redis.call('PUBLISH', channel, id)
redis.call('HSET', path, 'status', 'held', 'keyId', keyId, 'expiresAt', string.format('%.0f', now + ttl), 'sealed', sealed)
redis.call('PEXPIRE', path, forget(2 * ttl))
redis.call('SET', shard .. 's:' .. stateHash, id, 'PX', forget(2 * ttl))
local waiting = shard .. 'h'
redis.call('ZADD', waiting, now + ttl, id)
if redis.call('PTTL', waiting) < 2 * ttl then redis.call('PEXPIRE', waiting, forget(2 * ttl)) end
if owner then
  local owned = shard .. 'u:' .. owner
  redis.call('ZADD', owned, now + 2 * ttl, id)
  if redis.call('PTTL', owned) < 2 * ttl then redis.call('PEXPIRE', owned, forget(2 * ttl)) end
end
return 1
`;

/** Sent twice over a broken connection, a call (ARGV[2]) is told again that it was the one. */
const resume = `${common}
local id, by, keyId, sealed = unpack(ARGV)
local path = shard .. 'a:' .. id
local status, expiresAt, before = unpack(redis.call('HMGET', path, 'status', 'expiresAt', 'by'))
if status == 'taken' and before == by then return 1 end
if status ~= 'held' or tonumber(expiresAt) <= now then return 0 end
redis.call('HSET', path, 'status', 'taken', 'by', by, 'keyId', keyId, 'sealed', sealed)
return 1
`;

const settle = `${common}
local id, by, channel, outcome, failure = unpack(ARGV)
local path = shard .. 'a:' .. id
local status, before = unpack(redis.call('HMGET', path, 'status', 'by'))
if status == outcome and before == by then return 1 end
if status ~= 'pending' and status ~= 'taken' and status ~= 'held' then return 0 end
redis.call('PUBLISH', channel, id)
redis.call('HSET', path, 'status', outcome, 'by', by)
if failure ~= '' then redis.call('HSET', path, 'failure', failure) end
return 1
`;

/** Also takes out those that were confirmed or stopped, or are forgotten, which may be more than the limit. */
const expireHeld = `${common}
local waiting, limit, expired = shard .. 'h', tonumber(ARGV[1]), {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', waiting, '-inf', now, 'LIMIT', 0, 1000)) do
  if #expired == limit then break end
  local path = shard .. 'a:' .. id
  local status, expiresAt = unpack(redis.call('HMGET', path, 'status', 'expiresAt'))
  if status == 'held' and tonumber(expiresAt) > now then
    redis.call('ZADD', waiting, expiresAt, id)
  else
    redis.call('ZREM', waiting, id)
    if status == 'held' then
      redis.call('HSET', path, 'status', 'failed', 'failure', 'expired', 'by', '')
      expired[#expired + 1] = answer(id)
    end
  end
end
return expired
`;

const removeOwner = `${common}
local owned, count = shard .. 'u:' .. ARGV[1], 0
for _, id in ipairs(redis.call('ZRANGE', owned, 0, -1)) do
  local path = shard .. 'a:' .. id
  local stateHash, joinKey = unpack(redis.call('HMGET', path, 'stateHash', 'joinKey'))
  if stateHash then
    count = count + 1
    redis.call('DEL', path, shard .. 's:' .. stateHash)
    if redis.call('GET', shard .. 'j:' .. joinKey) == id then redis.call('DEL', shard .. 'j:' .. joinKey) end
  end
end
redis.call('DEL', owned)
return count
`;

/** The operations on pending authorizations that are scripts. */
export type PendingAuthorizationScriptName =
  | "open"
  | "read"
  | "find"
  | "take"
  | "hold"
  | "resume"
  | "settle"
  | "expireHeld"
  | "removeOwner";

/** The Lua of every operation on pending authorizations. */
export const pendingAuthorizationScripts: Readonly<Record<PendingAuthorizationScriptName, string>> =
  {
    open,
    read,
    find,
    take,
    hold,
    resume,
    settle,
    expireHeld,
    removeOwner,
  };
