/*
 * Every script touches keys of one hash tag only, named by KEYS[1], the shard:
 *   <shard>c:<name>   the record (layout: credential-record.ts); it never has a TTL
 *   <shard>i:<keyId>  sorted set, by name, of the records sealed under a key
 *   <shard>k          set of the key identifiers that have such an index
 *   <shard>o          sorted set of records about to be spent, by the moment they become orphans
 * A change is published before it is written: subscribers hear of it after the script either way,
 * and a user who may not publish is refused before anything changed.
 */

const clock = `
local shard = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

const records = `
local name, channel = ARGV[1], ARGV[2]
local path = shard .. 'c:' .. name
local ACTIVE, DEAD, REVOKED = 0, 1, 2

local function load()
  local bytes = redis.call('GET', path)
  if not bytes then return nil end
  local format = string.byte(bytes, 1)
  if format ~= 1 then error('RAKFORMAT ' .. tostring(format)) end
  local r, flags, idLength, keyIdLength, at, _ = {}
  _, flags, r.epoch, r.fence, r.createdAt, r.updatedAt, r.expiresAt, idLength, keyIdLength, at =
    struct.unpack('>BBI4I4dddBB', bytes)
  r.status = flags % 16
  r.leaseUntil, r.retryAt, r.spendCount = 0, 0, 0
  if flags >= 16 then r.leaseUntil, r.retryAt, r.spendCount, at = struct.unpack('>ddI4', bytes, at) end
  r.fingerprint = string.sub(bytes, at, at + idLength - 1)
  r.keyId = string.sub(bytes, at + idLength, at + idLength + keyIdLength - 1)
  r.sealed = string.sub(bytes, at + idLength + keyIdLength)
  return r
end

local function tell(kind) redis.call('PUBLISH', channel, kind .. name) end

local function save(r)
  local flags, lease = r.status, ''
  if r.leaseUntil > 0 or r.retryAt > 0 or r.spendCount > 0 then
    flags = flags + 16
    lease = struct.pack('>ddI4', r.leaseUntil, r.retryAt, r.spendCount)
  end
  local bytes = struct.pack('>BBI4I4dddBB', 1, flags, r.epoch, r.fence, r.createdAt, r.updatedAt,
    r.expiresAt, #r.fingerprint, #r.keyId) .. lease .. r.fingerprint .. r.keyId .. r.sealed
  redis.call('SET', path, bytes)
  if r.status == ACTIVE and r.spendCount > 0 then
    local free = 0
    if r.leaseUntil > 0 then free = r.leaseUntil + 1 end
    redis.call('ZADD', shard .. 'o', math.max(free, r.retryAt), name)
  else
    redis.call('ZREM', shard .. 'o', name)
  end
  return bytes
end

local function unindex(keyId)
  redis.call('ZREM', shard .. 'i:' .. keyId, name)
  if redis.call('EXISTS', shard .. 'i:' .. keyId) == 0 then redis.call('SREM', shard .. 'k', keyId) end
end

local function index(keyId, before)
  if keyId == before then return end
  if before then unindex(before) end
  redis.call('ZADD', shard .. 'i:' .. keyId, 0, name)
  redis.call('SADD', shard .. 'k', keyId)
end

local function expiry(milliseconds)
  if milliseconds == '' then return 0 end
  -- 0 would mean that it never expires.
  return math.max(1, now + tonumber(milliseconds))
end
`;

/**
 * Guard of what only the holder of the lease may do, until it gives the lease back: ARGV[3] is its
 * fingerprint, ARGV[4] its fence.
 */
const held = `
local r = load()
if not r or r.status ~= ACTIVE or r.fingerprint ~= ARGV[3] or r.fence ~= tonumber(ARGV[4])
  or r.leaseUntil == 0 then return 0 end
`;

/** Names of each index in a range: ARGV[1] to ARGV[2], but not of the index of key ARGV[3]. */
const ranges = `
local from, to, except = ARGV[1], ARGV[2], ARGV[3]
local keyIds = redis.call('SMEMBERS', shard .. 'k')
`;

const read = `${clock}
local bytes = redis.call('GET', shard .. 'c:' .. ARGV[1])
if not bytes then return false end
return { bytes, now }
`;

/** Put again with the same fingerprint, it is one write sent twice over a broken connection. */
const put = `${clock}${records}
local r = load()
if r and r.fingerprint == ARGV[3] then return 1 end
local before = r and r.keyId
r = r or { epoch = 0, fence = 0, createdAt = now }
r.status, r.epoch, r.updatedAt = ACTIVE, r.epoch + 1, now
r.leaseUntil, r.retryAt, r.spendCount = 0, 0, 0
r.fingerprint, r.keyId, r.expiresAt, r.sealed = ARGV[3], ARGV[4], expiry(ARGV[5]), ARGV[6]
tell('c')
save(r)
index(r.keyId, before)
return 1
`;

const acquireLease = `${clock}${records}
local r = load()
if not r or r.status ~= ACTIVE or r.fingerprint ~= ARGV[3] or r.retryAt > now
  or (r.leaseUntil > 0 and r.leaseUntil >= now) then return false end
r.fence, r.leaseUntil, r.spendCount = r.fence + 1, now + tonumber(ARGV[4]), r.spendCount + 1
return { save(r), now }
`;

const renewLease = `${clock}${records}${held}
r.leaseUntil = now + tonumber(ARGV[5])
save(r)
return 1
`;

const commit = `${clock}${records}
local r = load()
if not r then return 0 end
if r.fingerprint == ARGV[6] then return 1 end
if r.fingerprint ~= ARGV[3] or r.epoch ~= tonumber(ARGV[5]) or r.status == REVOKED then return 0 end
local before = r.keyId
r.status, r.updatedAt, r.retryAt, r.spendCount = ACTIVE, now, 0, 0
if r.fence == tonumber(ARGV[4]) then r.leaseUntil = 0 end
r.fingerprint, r.keyId, r.expiresAt, r.sealed = ARGV[6], ARGV[7], expiry(ARGV[8]), ARGV[9]
tell('c')
save(r)
index(r.keyId, before)
return 1
`;

const releaseLease = `${clock}${records}${held}
if ARGV[5] == '0' then r.spendCount = r.spendCount - 1 end
r.leaseUntil = 0
if ARGV[6] ~= '' then r.retryAt = now + tonumber(ARGV[6]) end
tell('c')
save(r)
return 1
`;

const requireReauthorization = `${clock}${records}${held}
r.status, r.leaseUntil = DEAD, 0
tell('c')
save(r)
return 1
`;

const revoke = `${clock}${records}
local r = load()
if not r then return false end
r.status, r.leaseUntil, r.spendCount = REVOKED, 0, 0
tell('c')
return { save(r), now }
`;

const remove = `${clock}${records}
local r = load()
if not r then return 0 end
tell('d')
redis.call('DEL', path)
redis.call('ZREM', shard .. 'o', name)
unindex(r.keyId)
return 1
`;

const removeRange = `${clock}${ranges}
local count = 0
for _, keyId in ipairs(keyIds) do
  local index = shard .. 'i:' .. keyId
  for _, name in ipairs(redis.call('ZRANGEBYLEX', index, from, to)) do
    redis.call('PUBLISH', ARGV[4], 'd' .. name)
    redis.call('ZREM', shard .. 'o', name)
    count = count + redis.call('DEL', shard .. 'c:' .. name)
  end
  redis.call('ZREMRANGEBYLEX', index, from, to)
  if redis.call('EXISTS', index) == 0 then redis.call('SREM', shard .. 'k', keyId) end
end
return count
`;

const count = `${clock}${ranges}
local count = 0
for _, keyId in ipairs(keyIds) do
  if keyId ~= except then count = count + redis.call('ZLEXCOUNT', shard .. 'i:' .. keyId, from, to) end
end
return count
`;

/** Up to ARGV[4] of each index: the caller puts them in order and drops what is too much. */
const list = `${clock}${ranges}
local found = { now }
for _, keyId in ipairs(keyIds) do
  if keyId ~= except then
    local names = redis.call('ZRANGEBYLEX', shard .. 'i:' .. keyId, from, to, 'LIMIT', 0, ARGV[4])
    for _, name in ipairs(names) do
      found[#found + 1] = name
      found[#found + 1] = redis.call('GET', shard .. 'c:' .. name) or ''
    end
  end
end
return found
`;

const listOrphans = `${clock}
return redis.call('ZRANGEBYSCORE', shard .. 'o', '-inf', now, 'LIMIT', 0, ARGV[1])
`;

const reseal = `${clock}${records}
local r = load()
if not r or r.sealed ~= ARGV[3] then return 0 end
local before = r.keyId
r.keyId, r.sealed = ARGV[4], ARGV[5]
save(r)
index(r.keyId, before)
return 1
`;

/** The operations on credentials that are scripts. */
export type CredentialScriptName =
  | "read"
  | "put"
  | "acquireLease"
  | "renewLease"
  | "commit"
  | "releaseLease"
  | "requireReauthorization"
  | "revoke"
  | "remove"
  | "removeRange"
  | "count"
  | "list"
  | "listOrphans"
  | "reseal";

/** The Lua of every operation on credentials. */
export const credentialScripts: Readonly<Record<CredentialScriptName, string>> = {
  read,
  put,
  acquireLease,
  renewLease,
  commit,
  releaseLease,
  requireReauthorization,
  revoke,
  remove,
  removeRange,
  count,
  list,
  listOrphans,
  reseal,
};
