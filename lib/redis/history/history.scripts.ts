import { RedisScript } from '../connection/index.js';

/**
 * What every script begins with. All of them get the two keys of a room, which are in one slot, and first a name for a new
 * count and how long a count is kept, in milliseconds:
 *
 * - `HEAD` (hash): `epoch` and `offset`
 * - `LOG` (stream): the messages, under the ids `offset-0`: `at` which time of Redis' clock, in milliseconds, `envelope`, and
 *   `except` as JSON, or empty
 */
const PRELUDE = `
local HEAD, LOG = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Lua's own way writes large numbers with an exponent.
local function text(number)
  return string.format('%.0f', number)
end

local function begin()
  -- First: a Redis that is out of memory refuses this, and would let it pass after another write. Counts that begin one after
  -- another, each without messages, are of no use.
  redis.call('HSET', HEAD, 'epoch', ARGV[1], 'offset', 0)
  redis.call('UNLINK', LOG)
  redis.call('PEXPIRE', HEAD, ARGV[2])
  return ARGV[1], 0
end

local function head()
  local present = redis.call('HMGET', HEAD, 'epoch', 'offset')
  local epoch, offset = present[1], tonumber(present[2] or '')
  if epoch and offset then return epoch, offset end
  return begin()
end
`;

const script = (body: string): RedisScript => new RedisScript(PRELUDE + body);

/**
 * `epoch keepMs size ttlMs knownEpoch knownOffset`, for each message `envelope except`.
 *
 * Returns `epoch offset` of the last one. What is too old and not too many is taken away bit by bit, so that no call has to
 * do much; reading passes over it.
 */
export const APPEND = script(`
local epoch, offset = head()
if epoch == ARGV[5] and offset < tonumber(ARGV[6]) then epoch, offset = begin() end
local first, count = 7, (#ARGV - 6) / 2
-- Before the messages: what then fails is a hole that shows, and no number is given twice.
redis.call('HSET', HEAD, 'offset', text(offset + count))
for index = 0, count - 1 do
  offset = offset + 1
  local at = first + 2 * index
  redis.call('XADD', LOG, 'MAXLEN', '=', ARGV[3], text(offset) .. '-0',
    'at', text(now), 'envelope', ARGV[at], 'except', ARGV[at + 1])
end
for _ = 0, count do
  local oldest = redis.call('XRANGE', LOG, '-', '+', 'COUNT', 1)[1]
  if not oldest or now - oldest[2][2] <= tonumber(ARGV[4]) then break end
  redis.call('XDEL', LOG, oldest[1])
end
redis.call('PEXPIRE', LOG, ARGV[4])
redis.call('PEXPIRE', HEAD, ARGV[2])
return { epoch, text(offset) }
`);

/**
 * `epoch keepMs ttlMs limit maxBytes`, the last of them 0 for any number, and to read what came after a place: `epoch offset`.
 *
 * Returns `epoch offset` and for each message `envelope except`, the latest first. They end where one is missing or too old;
 * there are none when more than the limit came after the place, or more bytes, or it is none of this count.
 */
export const READ = script(`
local epoch, offset = head()
if redis.call('PTTL', HEAD) < ARGV[2] / 2 then redis.call('PEXPIRE', HEAD, ARGV[2]) end
local result = { epoch, text(offset) }
local limit, maxBytes, bytes = tonumber(ARGV[4]), tonumber(ARGV[5]), 0
if ARGV[7] then
  local missed = offset - ARGV[7]
  if ARGV[6] ~= epoch or missed > limit then return result end
  limit = missed
end
if limit < 1 then return result end
for _, entry in ipairs(redis.call('XREVRANGE', LOG, '+', '-', 'COUNT', text(limit))) do
  local id, fields = entry[1], entry[2]
  if id ~= text(offset) .. '-0' or now - fields[2] > tonumber(ARGV[3]) then break end
  offset = offset - 1
  bytes = bytes + #fields[4]
  if maxBytes > 0 and bytes > maxBytes then return { result[1], result[2] } end
  result[#result + 1] = fields[4]
  result[#result + 1] = fields[6]
end
return result
`);

/** `epoch keepMs presentEpoch`. Returns `epoch offset`. */
export const BREAK_OFF = script(`
local epoch, offset = head()
if epoch == ARGV[3] then epoch, offset = begin() end
return { epoch, text(offset) }
`);

/** `keepMs`; only the head is its key. Returns `epoch offset`, or nothing. */
export const LOOK = new RedisScript(`
local head = redis.call('HMGET', KEYS[1], 'epoch', 'offset')
if not (head[1] and head[2]) then return false end
-- Who asks again and again keeps the count of a quiet room.
if redis.call('PTTL', KEYS[1]) < ARGV[1] / 2 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return head
`);
