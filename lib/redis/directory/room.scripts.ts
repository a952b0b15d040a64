import { RedisScript } from '../connection/index.js';

/** Stands between a room and a socket, and comes before whatever a name has. */
export const NUL = '\0';
/** Comes right after {@link NUL}. */
export const AFTER_NUL = '\x01';

/** The rooms of a node, without a look at all of their members: it goes from the end of one room to the next. */
export const ROOMS = new RedisScript(`
local rooms = {}
local from = '(\\1'
while true do
  local found = redis.call('ZRANGEBYLEX', KEYS[1], from, '+', 'LIMIT', 0, 1)
  if #found == 0 then return rooms end
  local room = string.match(found[1], '^(%Z+)')
  rooms[#rooms + 1] = room
  from = '(' .. room .. '\\1'
end
`);
