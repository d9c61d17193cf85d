-- All that a RedisStore does. One call is one atomic step.
--
-- KEYS[1]   the format of the data
-- KEYS[2]   hash: latch -> "microseconds:label"
-- KEYS[n]   as the request says: of a claim a sorted set (token, microseconds) and a hash
--           (token -> "standing:mark") if it has a mark, of a latch a sorted set (member,
--           microseconds)
-- ARGV[1]   the request, in JSON; ARGV[2] the format that this script knows
--
-- Numbers stay below 2^53, where Lua's are exact. Replies hold texts only, since Redis cuts numbers.

local request = cjson.decode(ARGV[1])

local format = redis.call('GET', KEYS[1])
if format and tonumber(format) > tonumber(ARGV[2]) then
  return redis.error_reply('FORMAT ' .. format .. ' was written by a newer sendguard')
end

local function whole(number)
  return string.format('%.0f', number)
end

-- The server's time, unless a test brings its own.
local function present()
  if request.now then
    return request.now
  end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local function newest_of(key)
  local newest = redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')
  return newest[2] and tonumber(newest[2])
end

-- A time that runs backwards frees nothing: nothing is written before the newest of its key.
local function not_before(newest, at)
  return newest and newest > at and newest or at
end

-- Most of what a call costs is the number of commands, so a key is kept for the rest of its present
-- stretch of `window` and one more, and that is said once in a stretch.
local function keep_for(key, window, newest, at, now)
  if request.now then -- the server would forget by its own time, not by the test's
    return
  end
  local stretch = math.floor(at / window)
  if not newest or math.floor(newest / window) ~= stretch then
    redis.call('PEXPIRE', key, whole(math.ceil(((stretch + 2) * window - now) / 1000)))
  end
end

local function refusals(now)
  local found = {}
  for index, claim in ipairs(request.claims) do
    local key = KEYS[claim.entries]
    local latched = claim.latch and redis.call('HGET', KEYS[2], claim.latch)
    -- While the oldest of the newest `limit` still counts, there is no room.
    local last = redis.call('ZREVRANGE', key, claim.limit - 1, claim.limit - 1, 'WITHSCORES')
    local counts = last[2] and tonumber(last[2]) > now - claim.window
    local own = (latched or counts) and request.token and redis.call('ZSCORE', key, request.token)
    if (latched or counts) and not own then
      local frees = counts and whole(tonumber(last[2]) + claim.window) or ''
      local mark = counts and claim.marks and redis.call('HGET', KEYS[claim.marks], last[1]) or ''
      found[index] = {tostring(index - 1), frees, latched or '', mark, ''}
    end
  end
  return found
end

local function stands(group, refused)
  for _, index in ipairs(group) do
    if refused[index] and request.claims[index].refuses then
      return false
    end
  end
  return true
end

-- The claims to take, in their order, as `taken` in _taking.py decides it for the other stores.
local function to_take(refused)
  local chosen, has = {}, {}
  local function choose(group)
    for _, index in ipairs(group) do
      if not has[index] then
        has[index] = true
        chosen[#chosen + 1] = request.claims[index]
      end
    end
  end
  if not stands(request.own, refused) then
    return {}
  end
  choose(request.own)
  local standing = 0
  for _, group in ipairs(request.groups) do
    if stands(group, refused) then
      standing = standing + 1
      choose(group)
    end
  end
  if #request.groups > 0 and standing == 0 then
    return {}
  end
  return chosen
end

-- One message in so many clears away what has outlived its window; the rest would find nothing.
local clears = string.find('02468ace', string.sub(request.token or '0', -1), 1, true)

local function count(claim, now)
  local key = KEYS[claim.entries]
  local newest = newest_of(key)
  local at = not_before(newest, now)
  if redis.call('ZADD', key, 'NX', whole(at), request.token) == 0 then
    return
  end
  keep_for(key, claim.window, newest, at, now)
  if claim.marks then
    local marks = KEYS[claim.marks]
    local over = redis.call('ZRANGEBYSCORE', key, '-inf', whole(now - claim.window))
    for _, token in ipairs(over) do
      redis.call('HDEL', marks, token)
    end
    redis.call('HSET', marks, request.token, 'pending:' .. claim.mark)
    keep_for(marks, claim.window, newest, at, now)
  end
  if newest and (clears or claim.marks) then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(now - claim.window))
  end
end

local function strike(claim, now)
  local key = KEYS[claim.strikes]
  local newest = newest_of(key)
  local at = not_before(newest, now)
  redis.call('ZADD', key, whole(at), claim.member)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(at - claim.latch_window))
  keep_for(key, claim.latch_window, newest, at, now)
  if redis.call('ZCARD', key) >= claim.latch_limit then
    return redis.call('HSETNX', KEYS[2], claim.latch, whole(at) .. ':' .. claim.label) == 1
  end
  return false
end

local function reply(found)
  local rows = {}
  for index = 1, #request.claims do
    if found[index] then
      rows[#rows + 1] = found[index]
    end
  end
  return rows
end

if request.call == 'peek' then
  return reply(refusals(present()))
end

if request.call == 'take' then
  local now = present()
  if not format then
    redis.call('SET', KEYS[1], ARGV[2])
  end
  local found = refusals(now)
  for _, claim in ipairs(to_take(found)) do
    count(claim, now)
  end
  for index, claim in ipairs(request.claims) do
    if claim.latch and found[index] and found[index][2] ~= '' and strike(claim, now) then
      found[index][5] = 'set'
    end
  end
  return reply(found)
end

if request.call == 'settle' then
  for _, claim in ipairs(request.claims) do
    local key, marks = KEYS[claim.entries], claim.marks and KEYS[claim.marks]
    if request.outcome == 'failed' then
      redis.call('ZREM', key, request.token)
      if marks then
        redis.call('HDEL', marks, request.token)
      end
    else
      local marked = redis.call('HGET', marks, request.token)
      if marked then
        local mark = string.sub(marked, string.find(marked, ':', 1, true), -1)
        redis.call('HSET', marks, request.token, request.outcome .. mark)
      end
    end
  end
  return {}
end

if request.call == 'reset' then
  redis.call('DEL', KEYS[3])
  return redis.call('HDEL', KEYS[2], request.latch)
end

return redis.call('HGETALL', KEYS[2])
