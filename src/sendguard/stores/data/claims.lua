-- All that a RedisStore does. One call is one atomic step.
--
-- KEYS[1]   the format of the data; the other keys begin as it does, with the same hash tag:
--           claim:KEY     sorted set (token, microseconds)
--           mark:KEY      of a claim with a mark, hash: token -> "standing:mark"
--           strikes:LATCH sorted set (member, microseconds)
--           latches       hash: latch -> "microseconds:label"
-- ARGV[1]   the call; ARGV[2] the format that this script knows; ARGV[3] the token, or the latch
-- ARGV[4]   the time, from a test that brings its own; else nothing, and the server's counts
-- ARGV[5]   the claims, packed one after the other as `_packed` in redis.py does
-- ARGV[6]   of take, packed: how many claims, then their places, counted from 1; first the message's
--           own, then each group; nothing if all are its own. Of settle, the outcome
--
-- Numbers stay below 2^53, where Lua's are exact. Replies hold texts only, since Redis cuts numbers.
-- Most of what a call costs is the number of commands, so what is known already is not asked again.

local call, unpacked, find = redis.call, struct.unpack, string.find
local token = ARGV[3]
local base = string.sub(KEYS[1], 1, -string.len('format') - 1)
local latches = base .. 'latches'

local format = call('GET', KEYS[1])
if format and tonumber(format) > tonumber(ARGV[2]) then
  return redis.error_reply('FORMAT ' .. format .. ' was written by a newer sendguard')
end

local function whole(number)
  return string.format('%.0f', number)
end

-- The server's time, unless a test brings its own.
local function present()
  if ARGV[4] ~= '' then
    return tonumber(ARGV[4])
  end
  local time = call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local claims = {}

local function unpack_claims()
  local packed, place = ARGV[5], 1
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
    place = after
  end
end

local function newest_of(key)
  local newest = call('ZREVRANGE', key, '0', '0', 'WITHSCORES') -- texts need no conversion
  return newest[2] and tonumber(newest[2]), newest
end

-- A time that runs backwards frees nothing: nothing is written before the newest of its key.
local function not_before(newest, at)
  return newest and newest > at and newest or at
end

-- A key is kept for the rest of its present stretch of `window` and one more, and that is said once
-- in a stretch.
local function keep_for(key, window, newest, at, now)
  if ARGV[4] ~= '' then -- the server would forget by its own time, not by the test's
    return
  end
  local stretch = math.floor(at / window)
  if not newest or math.floor(newest / window) ~= stretch then
    call('PEXPIRE', key, whole(math.ceil(((stretch + 2) * window - now) / 1000)))
  end
end

-- The one that must go before there is room, {token, microseconds}, or nothing: while the oldest of
-- the newest `limit` still counts, there is no room.
local function in_the_way(claim, now)
  local newest, row = newest_of(claim.entries)
  claim.newest = newest
  local limit, horizon = claim.limit, now - claim.window
  if not newest or newest <= horizon then
    return nil
  end
  if limit > 1 then
    if call('ZCARD', claim.entries) < limit then
      return nil
    end
    row = call('ZREVRANGE', claim.entries, limit - 1, limit - 1, 'WITHSCORES')
  end
  return tonumber(row[2]) > horizon and row or nil
end

local function refusals(now)
  local found = {}
  for index = 1, #claims do
    local claim = claims[index]
    local latched = claim.latch and call('HGET', latches, claim.latch)
    local last = in_the_way(claim, now)
    if latched or last then
      if token == '' or not call('ZSCORE', claim.entries, token) then
        local frees = last and whole(tonumber(last[2]) + claim.window) or ''
        local mark = last and claim.marks and call('HGET', claim.marks, last[1]) or ''
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
  local packed, place, groups = ARGV[6], 1, {}
  while place <= #packed do
    local group, size = {}, nil
    size, place = unpacked('>I4', packed, place)
    for each = 1, size do
      group[each], place = unpacked('>I4', packed, place)
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

-- One message in so many clears away what has outlived its window; the rest would find little.
local clears = find('08', string.sub(token, -1), 1, true)

local function count(claim, now, now_text)
  local key, newest = claim.entries, claim.newest
  local at = not_before(newest, now)
  if call('ZADD', key, 'NX', at == now and now_text or whole(at), token) == 0 then
    return
  end
  keep_for(key, claim.window, newest, at, now)
  if claim.marks then
    local marks = claim.marks
    for _, over in ipairs(call('ZRANGEBYSCORE', key, '-inf', whole(now - claim.window))) do
      call('HDEL', marks, over)
    end
    call('HSET', marks, token, 'pending:' .. claim.mark)
    keep_for(marks, claim.window, newest, at, now)
  end
  if newest and (clears or claim.marks) then
    call('ZREMRANGEBYSCORE', key, '-inf', whole(now - claim.window))
  end
end

local function strike(claim, now)
  local key = claim.strikes
  local newest = newest_of(key)
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
    call('SET', KEYS[1], ARGV[2])
  end
  local found, now_text = refusals(now), whole(now)
  for _, claim in ipairs(to_take(found)) do
    count(claim, now, now_text)
  end
  for index, claim in ipairs(claims) do
    if claim.latch and found[index] and found[index][2] ~= '' and strike(claim, now) then
      found[index][5] = 'set'
    end
  end
  return reply(found)
end

if ARGV[1] == 'settle' then
  local outcome = ARGV[6]
  for _, claim in ipairs(claims) do
    local marks = claim.marks
    if outcome == 'failed' then
      call('ZREM', claim.entries, token)
      if marks then
        call('HDEL', marks, token)
      end
    else
      local marked = call('HGET', marks, token)
      if marked then
        call('HSET', marks, token, outcome .. string.sub(marked, find(marked, ':', 1, true), -1))
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
