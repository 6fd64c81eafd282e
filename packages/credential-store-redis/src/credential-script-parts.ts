/** Every script begins with it: the shard and the server's time. */
export const clock = `
local shard = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** Reads a record, or its first 56 bytes, which lack the texts and the envelope. */
const parsing = `
local ACTIVE, DEAD, REVOKED = 0, 1, 2

local function parse(bytes)
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
`;

/** Where claims look: the sets of the provider, which is the third part of a name. */
export const offers = `
local function setsOf(name)
  local provider = string.match(name, '^%Z*%z%Z*%z(%Z*)')
  return shard .. 'o:' .. provider, shard .. 'u:' .. provider, shard .. 'w:' .. provider
end

local function withdraw(name)
  for _, set in ipairs({ setsOf(name) }) do redis.call('ZREM', set, name) end
end

local function hold(name, till)
  local orphans, unwritten, waiting = setsOf(name)
  redis.call('ZADD', waiting, till, name)
  redis.call('ZREM', orphans, name)
  redis.call('ZREM', unwritten, name)
end

local function offer(name, r, since)
  local orphans, unwritten, waiting = setsOf(name)
  redis.call('ZADD', unwritten, r.updatedAt, name)
  if r.spendCount > 0 then
    redis.call('ZADD', orphans, since, name)
  else
    redis.call('ZREM', orphans, name)
  end
  redis.call('ZREM', waiting, name)
end
`;

/** The record of name ARGV[1], and the channel ARGV[2] for what happens to it. */
export const records: string = `${parsing}${offers}
local name, channel = ARGV[1], ARGV[2]
local path = shard .. 'c:' .. name

local function load()
  local bytes = redis.call('GET', path)
  return bytes and parse(bytes)
end

local function tell(kind) redis.call('PUBLISH', channel, kind .. name) end

local function write(r)
  local flags, lease = r.status, ''
  if r.leaseUntil > 0 or r.retryAt > 0 or r.spendCount > 0 then
    flags = flags + 16
    lease = struct.pack('>ddI4', r.leaseUntil, r.retryAt, r.spendCount)
  end
  local bytes = struct.pack('>BBI4I4dddBB', 1, flags, r.epoch, r.fence, r.createdAt, r.updatedAt,
    r.expiresAt, #r.fingerprint, #r.keyId) .. lease .. r.fingerprint .. r.keyId .. r.sealed
  redis.call('SET', path, bytes)
  return bytes
end

local function save(r)
  local bytes = write(r)
  local free = math.max(now, r.retryAt)
  if r.leaseUntil > 0 then free = r.leaseUntil + 1 end
  if r.status ~= ACTIVE then withdraw(name)
  elseif free > now then hold(name, free)
  else offer(name, r, free) end
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
export const held = `
local r = load()
if not r or r.status ~= ACTIVE or r.fingerprint ~= ARGV[3] or r.fence ~= tonumber(ARGV[4])
  or r.leaseUntil == 0 then return 0 end
`;

/** Names of each index in a range: ARGV[1] to ARGV[2], but not of the index of key ARGV[3]. */
export const ranges = `
local from, to, except = ARGV[1], ARGV[2], ARGV[3]
local keyIds = redis.call('SMEMBERS', shard .. 'k')
`;

/**
 * What may be claimed in set ARGV[2] of provider ARGV[1] and is there for ARGV[3] ms: up to ARGV[4]
 * names and since when, longest first.
 */
export const due: string = `${offers}
local function due()
  return redis.call('ZRANGEBYSCORE', shard .. ARGV[2] .. ':' .. ARGV[1], '-inf', now - ARGV[3],
    'WITHSCORES', 'LIMIT', 0, ARGV[4])
end
`;

/** Offers what has waited long enough; so few at once that the server does not stand still. */
export const wake: string = `${parsing}
local function wake()
  local woken = redis.call('ZRANGEBYSCORE', shard .. 'w:' .. ARGV[1], '-inf', now,
    'WITHSCORES', 'LIMIT', 0, 32)
  for at = 1, #woken, 2 do
    local name, since = woken[at], woken[at + 1]
    local header = redis.call('GETRANGE', shard .. 'c:' .. name, 0, 55)
    if header == '' then withdraw(name) else offer(name, parse(header), since) end
  end
end
`;
