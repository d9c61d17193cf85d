-- All that a RedisStore does. One call is one atomic step.
--
-- KEYS[1]   the format of the data; the other keys begin as it does, with the same hash tag:
--           claim:KEY     what was counted, in the order of time: a string of rows, each 8 bytes of
--                         microseconds and 16 of the token; once they are more than `few`, which
--                         are cheaper to copy than to keep sorted, a sorted set (token,
--                         microseconds) until it expires
--           mark:KEY      of a claim with a mark, hash: token -> "standing:mark"
--           strikes:LATCH sorted set (member, microseconds)
--           latches       hash: latch -> "microseconds:label"
-- ARGV[1]   the call
-- ARGV[2]   packed: the format that this script knows and the token, then the claims, one after the
--           other as `_packed` in redis.py does
-- ARGV[3]   of take, packed: how many claims, then their places, counted from 1; first the message's
--           own, then each group; nothing if all are its own. Of settle the outcome, of reset the
--           latch
-- ARGV[4]   the time, from a test that brings its own; else missing, and the server's counts
--
-- Numbers stay below 2^53, where Lua's are exact. Replies hold texts only, since Redis cuts numbers.
-- Most of what a call costs is the number of commands, so all strings are read by one, and what is
-- known already is not asked again.

local call, unpacked, find, sub = redis.call, struct.unpack, string.find, string.sub
local test_time = ARGV[4]
local known, token, first_claim = unpacked('>I2c16', ARGV[2])
local row_size, few = 24, 64
local at_once = 1000 -- keys in one command: Lua's stack holds some thousands
local base = sub(KEYS[1], 1, -string.len('format') - 1)
local latches = base .. 'latches'

local format = call('GET', KEYS[1])
if format and tonumber(format) > known then
  return redis.error_reply('FORMAT ' .. format .. ' was written by a newer sendguard')
end

local function whole(number)
  return string.format('%.0f', number)
end

-- The server's time, unless a test brings its own.
local function present()
  if test_time then
    return tonumber(test_time)
  end
  local time = call('TIME')
  return time[1] * 1000000 + time[2]
end

-- A key is kept for the rest of its present stretch of `window` and one more, and that is said once
-- in a stretch.
local function keep_for(key, window, newest, at, now)
  if test_time then -- the server would forget by its own time, not by the test's
    return
  end
  local began = at - at % window
  if not newest or newest < began then
    call('PEXPIRE', key, whole(math.ceil((began + 2 * window - now) / 1000)))
  end
end

local function newest_in_set(key)
  local newest = call('ZREVRANGE', key, '0', '0', 'WITHSCORES') -- texts need no conversion
  return newest[2] and tonumber(newest[2])
end

-- One message in so many clears away what has outlived its window; the rest would find little.
local clears = string.byte(token, -1) % 8 == 0

-- What most messages need, before anything else, since definitions and tables cost as much as
-- commands do: if all claims are plain ones, each with a key of its own, there is certainly room for
-- all, and nothing has to be cleared away or to change its form, they are taken.
local function take_plain(now)
  local packed, place, count = ARGV[2], first_claim, 0
  local names, most, windows, newest, seen = {}, {}, {}, {}, {}
  while place <= #packed do
    local key, limit, window, _, marked, latched, after = unpacked('>c32I4I8BBB', packed, place)
    local name = base .. 'claim:' .. key
    if marked + latched > 0 or seen[name] then
      return false
    end
    count = count + 1
    names[count], windows[count], most[count], seen[name] = name, window, limit, true
    place = after
  end
  if count == 0 or count > at_once then
    return count == 0
  end
  local strings = call('MGET', unpack(names))
  for index = 1, count do
    local rows, limit, latest = strings[index], most[index], nil
    if rows then
      local size = #rows / row_size
      latest = size > 0 and unpacked('>I8', rows, #rows - row_size + 1) or nil
      if size >= limit or size >= few or find(rows, token, 1, true) then
        return false
      end
    else
      latest = newest_in_set(names[index])
      if latest and call('ZCARD', names[index]) >= limit then
        return false
      end
      strings[index] = not latest
    end
    if latest and latest > now then
      return false
    end
    newest[index] = latest
  end
  local row, text = struct.pack('>I8', now) .. token, whole(now)
  for index = 1, count do
    local name, window = names[index], windows[index]
    if strings[index] then
      call('APPEND', name, row)
    else
      call('ZADD', name, 'NX', text, token)
    end
    keep_for(name, window, newest[index], now, now)
  end
  return true
end

if ARGV[1] == 'take' and format and not clears and take_plain(present()) then
  return {}
end

local claims = {}
-- By the names of their keys: the rows, '' if there are none, or how many there are in a set.
local rows_of, many_of = {}, {}

local function unpack_claims()
  local packed, place, names = ARGV[2], first_claim, {}
  while place <= #packed do
    local key, limit, window, refuses, marked, latched, after = unpacked('>c32I4I8BBB', packed, place)
    local claim = {
      entries = base .. 'claim:' .. key, limit = limit, window = window, refuses = refuses == 1
    }
    if marked == 1 then
      claim.marks = base .. 'mark:' .. key
      claim.mark, after = unpacked('>I4c0', packed, after)
    end
    if latched == 1 then
      claim.latch, claim.member, claim.latch_limit, claim.latch_window, claim.label, after =
        unpacked('>c32c32I4I8I4c0', packed, after)
      claim.strikes = base .. 'strikes:' .. claim.latch
    end
    claims[#claims + 1] = claim
    names[#names + 1] = claim.entries
    place = after
  end
  for first = 1, #names, at_once do
    local last = math.min(first + at_once - 1, #names)
    local strings = call('MGET', unpack(names, first, last))
    for index = first, last do
      local name, rows = names[index], strings[index - first + 1]
      local many = rows and 0 or call('ZCARD', name)
      if many > 0 then
        many_of[name] = many
      else
        rows_of[name] = rows or ''
      end
    end
  end
end

-- Where the token's own row begins, or nothing.
local function own_row(rows)
  local place = find(rows, token, 1, true)
  while place and place % row_size ~= 9 do
    place = find(rows, token, place + 1, true)
  end
  return place and place - 8
end

local function has_own(claim)
  local rows = rows_of[claim.entries]
  return rows and own_row(rows) or not rows and call('ZSCORE', claim.entries, token)
end

-- A time that runs backwards frees nothing: nothing is written before the newest of its key.
local function not_before(newest, at)
  return newest and newest > at and newest or at
end

-- The one that must go before there is room, its microseconds and token, or nothing: while the
-- oldest of the newest `limit` still counts, there is no room.
local function in_the_way(claim, now)
  local rows, limit = rows_of[claim.entries], claim.limit
  local at, of
  if rows then
    local place = #rows - limit * row_size + 1
    if place < 1 then
      return nil
    end
    at, of = unpacked('>I8c16', rows, place)
  else
    if many_of[claim.entries] < limit then
      return nil
    end
    local row = call('ZREVRANGE', claim.entries, limit - 1, limit - 1, 'WITHSCORES')
    at, of = tonumber(row[2]), row[1]
  end
  if at > now - claim.window then
    return at, of
  end
end

local function refusals(now)
  local found = {}
  for index = 1, #claims do
    local claim = claims[index]
    local latched = claim.latch and call('HGET', latches, claim.latch)
    local at, of = in_the_way(claim, now)
    if latched or at then
      if ARGV[1] == 'peek' or not has_own(claim) then
        local frees = at and whole(at + claim.window) or ''
        local mark = at and claim.marks and call('HGET', claim.marks, of) or ''
        found[index] = {tostring(index - 1), frees, latched or '', mark, ''}
      end
    end
  end
  return found
end

local function stands(group, refused)
  for _, index in ipairs(group) do
    if refused[index] and claims[index].refuses then
      return false
    end
  end
  return true
end

-- The message's own claims, then each group's, by their places.
local function asked()
  local places, place, groups = ARGV[3] or '', 1, {}
  while place <= #places do
    local group, size = {}, nil
    size, place = unpacked('>I4', places, place)
    for each = 1, size do
      group[each], place = unpacked('>I4', places, place)
    end
    groups[#groups + 1] = group
  end
  return groups
end

-- The claims to take, in their order, as `taken` in _taking.py decides it for the other stores.
local function to_take(refused)
  if next(refused) == nil then
    return claims
  end
  local groups = asked()
  if #groups == 0 then
    for index, _ in pairs(refused) do
      if claims[index].refuses then
        return {}
      end
    end
    return claims
  end
  local chosen, has, standing = {}, {}, 0
  local own = groups[1]
  if not stands(own, refused) then
    return {}
  end
  for number, group in ipairs(groups) do
    if number == 1 or stands(group, refused) then
      standing = standing + 1
      for _, index in ipairs(group) do
        if not has[index] then
          has[index] = true
          chosen[#chosen + 1] = claims[index]
        end
      end
    end
  end
  return standing > 1 and chosen or {}
end

-- What becomes a set, since there are no longer few.
local function spread(key, window, at, now)
  local rows, members = rows_of[key], {}
  for place = 1, #rows, row_size do
    local each, of = unpacked('>I8c16', rows, place)
    members[#members + 1] = whole(each)
    members[#members + 1] = of
  end
  call('DEL', key)
  call('ZADD', key, unpack(members))
  keep_for(key, window, nil, at, now)
  rows_of[key], many_of[key] = nil, #rows / row_size
end

-- The rows that still count; the marks of the others are forgotten.
local function still_counting(rows, claim, now)
  local horizon, place = now - claim.window, 1
  while place < #rows and unpacked('>I8', rows, place) <= horizon do
    if claim.marks then
      call('HDEL', claim.marks, sub(rows, place + 8, place + row_size - 1))
    end
    place = place + row_size
  end
  return sub(rows, place)
end

-- Both ways of counting give when that is, or nothing if it has been counted already.
local function add_row(claim, now)
  local key, window = claim.entries, claim.window
  local rows, newest, at = rows_of[key], nil, now
  if rows ~= '' then
    if own_row(rows) then
      return nil
    end
    newest = unpacked('>I8', rows, #rows - row_size + 1)
    at = not_before(newest, now)
  end
  if rows ~= '' and (clears or claim.marks or #rows >= few * row_size) then
    local counting = still_counting(rows, claim, now)
    if counting ~= rows then
      call('SET', key, counting, 'KEEPTTL')
      rows = counting
    end
  end
  local row = struct.pack('>I8', at) .. token
  rows_of[key] = rows .. row
  if #rows >= few * row_size then
    spread(key, window, at, now)
  else
    call('APPEND', key, row)
    keep_for(key, window, newest, at, now)
  end
  return at
end

local function add_member(claim, now)
  local key, window = claim.entries, claim.window
  local newest = newest_in_set(key)
  local at = not_before(newest, now)
  if call('ZADD', key, 'NX', whole(at), token) == 0 then
    return nil
  end
  keep_for(key, window, newest, at, now)
  if clears or claim.marks then
    local horizon = whole(now - window)
    if claim.marks then
      for _, over in ipairs(call('ZRANGEBYSCORE', key, '-inf', horizon)) do
        call('HDEL', claim.marks, over)
      end
    end
    call('ZREMRANGEBYSCORE', key, '-inf', horizon)
  end
  return at
end

local function count(claim, now)
  local add = rows_of[claim.entries] and add_row or add_member
  local at = add(claim, now)
  if at and claim.marks then
    call('HSET', claim.marks, token, 'pending:' .. claim.mark)
    keep_for(claim.marks, claim.window, nil, at, now)
  end
end

local function give_back(claim)
  local key = claim.entries
  local rows = rows_of[key]
  local place = rows and own_row(rows)
  if place then
    rows = sub(rows, 1, place - 1) .. sub(rows, place + row_size)
    rows_of[key] = rows
    if rows == '' then
      call('DEL', key)
    else
      call('SET', key, rows, 'KEEPTTL')
    end
  elseif not rows then
    call('ZREM', key, token)
  end
  if claim.marks then
    call('HDEL', claim.marks, token)
  end
end

local function strike(claim, now)
  local key = claim.strikes
  local newest = newest_in_set(key)
  local at = not_before(newest, now)
  call('ZADD', key, whole(at), claim.member)
  call('ZREMRANGEBYSCORE', key, '-inf', whole(at - claim.latch_window))
  keep_for(key, claim.latch_window, newest, at, now)
  if call('ZCARD', key) >= claim.latch_limit then
    return call('HSETNX', latches, claim.latch, whole(at) .. ':' .. claim.label) == 1
  end
  return false
end

local function reply(found)
  local rows = {}
  for index = 1, #claims do
    if found[index] then
      rows[#rows + 1] = found[index]
    end
  end
  return rows
end

unpack_claims()

if ARGV[1] == 'peek' then
  return reply(refusals(present()))
end

if ARGV[1] == 'take' then
  local now = present()
  if not format then
    call('SET', KEYS[1], whole(known))
  end
  local found = refusals(now)
  for _, claim in ipairs(to_take(found)) do
    count(claim, now)
  end
  for index, claim in ipairs(claims) do
    if claim.latch and found[index] and found[index][2] ~= '' and strike(claim, now) then
      found[index][5] = 'set'
    end
  end
  return reply(found)
end

if ARGV[1] == 'settle' then
  local outcome = ARGV[3]
  for _, claim in ipairs(claims) do
    if outcome == 'failed' then
      give_back(claim)
    elseif claim.marks then
      local marked = call('HGET', claim.marks, token)
      if marked then
        call('HSET', claim.marks, token, outcome .. sub(marked, find(marked, ':', 1, true), -1))
      end
    end
  end
  return {}
end

if ARGV[1] == 'reset' then
  call('DEL', base .. 'strikes:' .. ARGV[3])
  return call('HDEL', latches, ARGV[3])
end

return call('HGETALL', latches)
