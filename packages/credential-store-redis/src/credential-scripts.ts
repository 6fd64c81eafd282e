import { clock, due, held, offers, ranges, records, wake } from "./credential-script-parts.js";

/*
 * Every script touches keys of one hash tag only, named by KEYS[1], the shard:
 *   <shard>c:<name>   the record (layout: credential-record.ts); it never has a TTL
 *   <shard>i:<keyId>  sorted set, by name, of the records sealed under a key
 *   <shard>k          set of the key identifiers that have such an index
 * and for each provider three sorted sets of the active ones, by moments:
 *   <shard>u:<provider>  those that may be claimed, by when they were written
 *   <shard>o:<provider>  those among them about to be spent, by when they became orphans
 *   <shard>w:<provider>  those leased, backing off or claimed, by when that is over
 * A change is published before it is written: subscribers hear of it after the script either way,
 * and a user who may not publish is refused before anything changed.
 */

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
if not r or (ARGV[3] ~= '' and r.fingerprint ~= ARGV[3]) then return 0 end
tell('d')
redis.call('DEL', path)
withdraw(name)
unindex(r.keyId)
return 1
`;

const removeRange = `${clock}${offers}${ranges}
local count = 0
for _, keyId in ipairs(keyIds) do
  local index = shard .. 'i:' .. keyId
  for _, name in ipairs(redis.call('ZRANGEBYLEX', index, from, to)) do
    redis.call('PUBLISH', ARGV[4], 'd' .. name)
    withdraw(name)
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

/** Since when each of those that may be claimed is there, in one text, for there may be many. */
const listDue = `${clock}${due}${wake}
local found, times = due(), {}
if #found < 2 * ARGV[4] then
  wake()
  found = due()
end
for at = 2, #found, 2 do times[#times + 1] = found[at] end
return table.concat(times, ' ')
`;

/** Claims them for ARGV[5] ms. */
const claim = `${clock}${due}
local found = due()
for at = 1, #found, 2 do hold(found[at], now + ARGV[5]) end
return found
`;

const reseal = `${clock}${records}
local r = load()
if not r or r.sealed ~= ARGV[3] then return 0 end
local before = r.keyId
r.keyId, r.sealed = ARGV[4], ARGV[5]
write(r)
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
  | "listDue"
  | "claim"
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
  listDue,
  claim,
  reseal,
};
