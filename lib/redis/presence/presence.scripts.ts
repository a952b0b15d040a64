import { RedisScript } from '../connection/index.js';

/**
 * What every script begins with. All keys are in one slot, and every script gets all of them, in this order:
 *
 * - `NODES` (sorted set): the end of each node's lease, by Redis' clock
 * - `INFO` (hash): `v:node` the version of its last update, `a:node` when it was last heard of
 * - `MEMBERS` (sorted set, all scores 0): `room NUL user`, `NUL user` for who is online. In the order of the bytes, so that a
 *   room, and a page of users, is a range
 * - `EXTRA` (hash): on how many more nodes than one a member is, if they are
 * - `META` (hash): the metadata of members of rooms
 * - `SEEN` (sorted set): when users who are offline were last online
 * - `HEAD` (hash): `epoch`, made when there is none, and `seq`
 * - `CHANNEL`: where events are published
 * - `OWN` (set): the members that are on the node in question
 */
const PRELUDE = `
local NODES, INFO, MEMBERS, EXTRA, META = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local SEEN, HEAD, CHANNEL, OWN = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local changes = {}

local function epoch()
  return redis.call('HGET', HEAD, 'epoch') or ''
end

local function receipt(held)
  local seq = redis.call('HGET', HEAD, 'seq') or '0'
  return { held, epoch(), seq, redis.call('SCARD', OWN) }
end

local function publish()
  if #changes == 0 then return end
  redis.call('HSETNX', HEAD, 'epoch', time[1] .. '.' .. time[2])
  local seq = string.format('%.0f', redis.call('HINCRBY', HEAD, 'seq', 1))
  local event = cjson.encode({ epoch(), seq, changes })
  redis.call('PUBLISH', CHANNEL, event)
  -- In a Redis Cluster that has them, nodes listen to sharded channels. Nobody hears both.
  redis.pcall('SPUBLISH', CHANNEL, event)
end

local function split(member)
  local at = string.find(member, '\\0', 1, true)
  return string.sub(member, 1, at - 1), string.sub(member, at + 1)
end

local function join(room, user, meta, known)
  local member = room .. '\\0' .. user
  local isNewHere = redis.call('SADD', OWN, member) == 1
  if redis.call('ZSCORE', MEMBERS, member) == false then
    redis.call('ZADD', MEMBERS, 0, member)
    local left = false
    if room == '' then
      left = redis.call('ZREM', SEEN, user) == 1
    else
      redis.call('HSET', META, member, meta)
    end
    -- Lost and told again is no change, unless they were seen leaving in between.
    changes[#changes + 1] = { (known and not left) and 'known' or 'join', room, user, meta }
    return
  end
  if isNewHere then redis.call('HINCRBY', EXTRA, member, 1) end
  if room ~= '' and not known and redis.call('HGET', META, member) ~= meta then
    redis.call('HSET', META, member, meta)
    changes[#changes + 1] = { 'join', room, user, meta }
  end
end

local function leave(member, seenAt)
  local extra = redis.call('HGET', EXTRA, member)
  if extra then
    if tonumber(extra) > 1 then
      redis.call('HINCRBY', EXTRA, member, -1)
    else
      redis.call('HDEL', EXTRA, member)
    end
    return
  end
  redis.call('ZREM', MEMBERS, member)
  local room, user = split(member)
  if room == '' then
    redis.call('ZADD', SEEN, seenAt, user)
  else
    redis.call('HDEL', META, member)
  end
  changes[#changes + 1] = { 'leave', room, user }
end
`;

const script = (body: string): RedisScript => new RedisScript(PRELUDE + body);

/** `node version restoring leaseMs joins`, for each join `room user meta known`, then for each leave `room user agoMs`. */
export const UPDATE = script(`
local node, version, restoring = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
local before = tonumber(redis.call('HGET', INFO, 'v:' .. node) or '')
if before and version <= before then return receipt(1) end
if not restoring and before ~= version - 1 then return receipt(0) end
redis.call('HSET', INFO, 'v:' .. node, version)
if restoring then
  redis.call('ZADD', NODES, now + ARGV[4], node)
  redis.call('HSET', INFO, 'a:' .. node, now)
  redis.call('HSETNX', HEAD, 'epoch', time[1] .. '.' .. time[2])
end
local at = 6
for _ = 1, tonumber(ARGV[5]) do
  join(ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3] == '1')
  at = at + 4
end
while ARGV[at] do
  local member = ARGV[at] .. '\\0' .. ARGV[at + 1]
  if redis.call('SREM', OWN, member) == 1 then leave(member, now - ARGV[at + 2]) end
  at = at + 3
end
publish()
return receipt(1)
`);

/** `node version leaseMs lastSeenTtlMs keepMs`. */
export const RENEW = script(`
local node = ARGV[1]
local ends = redis.call('ZSCORE', NODES, node)
local held = 0
if ends and redis.call('HGET', INFO, 'v:' .. node) == ARGV[2] then
  held = 1
  redis.call('ZADD', NODES, now + ARGV[3], node)
  redis.call('HSET', INFO, 'a:' .. node, now)
end
redis.call('ZREMRANGEBYSCORE', SEEN, '-inf', '(' .. (now - ARGV[4]))
redis.call('PEXPIRE', SEEN, ARGV[4])
-- When no node is left to clean up, everything goes by itself.
for _, key in ipairs({ NODES, INFO, MEMBERS, EXTRA, META, HEAD, OWN }) do
  redis.call('PEXPIRE', key, ARGV[5])
end
local result = receipt(held)
result[5] = (ends and tonumber(ends) < now) and 1 or 0
result[6] = redis.call('ZRANGEBYSCORE', NODES, '-inf', '(' .. now)
return result
`);

/** `node limit`. */
export const REAP = script(`
local node = ARGV[1]
local ends = redis.call('ZSCORE', NODES, node)
if not ends or tonumber(ends) > now then return 0 end
-- What the node itself still says comes too late: it has to restore.
redis.call('HDEL', INFO, 'v:' .. node)
local aliveAt = redis.call('HGET', INFO, 'a:' .. node) or now
for _, member in ipairs(redis.call('SPOP', OWN, ARGV[2])) do leave(member, aliveAt) end
publish()
local left = redis.call('SCARD', OWN)
if left == 0 then
  redis.call('ZREM', NODES, node)
  redis.call('HDEL', INFO, 'a:' .. node)
  if redis.call('ZCARD', NODES) == 0 then redis.call('DEL', HEAD) end
end
return left
`);

/** `node graceMs`. */
export const RETIRE = script(`
local node = ARGV[1]
local isKnown = redis.call('ZSCORE', NODES, node)
if isKnown then
  redis.call('HDEL', INFO, 'v:' .. node)
  redis.call('HSET', INFO, 'a:' .. node, now)
  redis.call('ZADD', NODES, now + ARGV[2], node)
end
for _, other in ipairs(redis.call('ZRANGEBYSCORE', NODES, '(' .. now, '+inf')) do
  if redis.call('HEXISTS', INFO, 'v:' .. other) == 1 then
    if isKnown then
      changes[1] = { 'retire', node, ARGV[2] }
      publish()
    end
    return {}
  end
end
local left = redis.call('ZRANGE', NODES, 0, -1)
for _, other in ipairs(left) do redis.call('ZADD', NODES, now, other) end
return left
`);

/** `user`. */
export const LAST_SEEN = script(`
if redis.call('ZSCORE', MEMBERS, '\\0' .. ARGV[1]) then return tostring(now) end
return redis.call('ZSCORE', SEEN, ARGV[1])
`);

/** `first end limit`, as `ZRANGEBYLEX` takes them. */
export const LIST = script(`
local result = { epoch(), redis.call('HGET', HEAD, 'seq') or '0' }
for _, member in ipairs(redis.call('ZRANGEBYLEX', MEMBERS, ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])) do
  result[#result + 1] = member
end
return result
`);

/** `room`. */
export const ROOM = script(`
local members = redis.call('ZRANGEBYLEX', MEMBERS, '[' .. ARGV[1] .. '\\0', '(' .. ARGV[1] .. '\\1')
local result = { epoch(), redis.call('HGET', HEAD, 'seq') or '0' }
for _, member in ipairs(members) do
  local _, user = split(member)
  result[#result + 1] = user
  result[#result + 1] = redis.call('HGET', META, member) or '{}'
end
return result
`);
