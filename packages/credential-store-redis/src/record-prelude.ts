/**
 * Lua that begins scripts on records which are hashes: `shard`, the server's time `now` in milliseconds,
 * and `answer(id)`, which gives what `readHashRecord` reads.
 *
 * @param kind - the letter that names of such records have after the shard
 */
export function recordPrelude(kind: string): string {
  return `
local shard = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function answer(id)
  local fields = redis.call('HGETALL', shard .. '${kind}:' .. id)
  if #fields == 0 then return false end
  return { id, now, fields }
end
`;
}
