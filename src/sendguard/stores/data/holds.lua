-- What a RedisStore does with held messages. One call is one atomic step.
--
-- KEYS[1]   the format of the records; the other keys begin as it does, with the same hash tag:
--           hold:ID              hash: a record
--           holds:due            sorted set: what may be leased, by when (microseconds)
--           holds:state:STATE    sorted set: what is in that state, by since when it is held
--           holds:label:LABEL    sorted set: what is open and has that label, likewise
--           holds:ended          sorted set: what has ended, by when
--           holds:newest         since when the latest is held
-- ARGV[1]   the request, in JSON; ARGV[2] the format that this script knows;
-- ARGV[3]   the body of a record; ARGV[4] its payload: nothing, or "=" and base64
--
-- Numbers stay below 2^53, where Lua's are exact. Replies hold texts only, since Redis cuts numbers.

local request = cjson.decode(ARGV[1])
local base = string.sub(KEYS[1], 1, -string.len('holds:format') - 1)
local LEASABLE = {waiting = true, leased = true}
local ENDED = {sent = true, rejected = true, undone = true, expired = true}

local format = redis.call('GET', KEYS[1])
if format and tonumber(format) > tonumber(ARGV[2]) then
  return redis.error_reply('FORMAT ' .. format .. ' of held messages was written by a newer sendguard')
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

local function words(text)
  return string.gmatch(text, '%S+')
end

local FIELDS = {'state', 'held', 'due', 'revision', 'labels', 'body', 'payload'}

-- The record as it is replied: its id, then its fields; nothing where there is none.
local function read(id)
  local row = redis.call('HMGET', base .. 'hold:' .. id, unpack(FIELDS))
  if not row[1] then
    return {}
  end
  table.insert(row, 1, id)
  return row
end

local function index(id, state, held, due, labels)
  redis.call('ZADD', base .. 'holds:state:' .. state, held, id)
  if LEASABLE[state] and due ~= '' then
    redis.call('ZADD', base .. 'holds:due', due, id)
  end
  if ENDED[state] then
    redis.call('ZADD', base .. 'holds:ended', due, id)
  else
    for label in words(labels) do
      redis.call('ZADD', base .. 'holds:label:' .. label, held, id)
    end
  end
end

local function unindex(id)
  local row = redis.call('HMGET', base .. 'hold:' .. id, 'state', 'labels')
  redis.call('ZREM', base .. 'holds:state:' .. row[1], id)
  redis.call('ZREM', base .. 'holds:due', id)
  redis.call('ZREM', base .. 'holds:ended', id)
  for label in words(row[2]) do
    redis.call('ZREM', base .. 'holds:label:' .. label, id)
  end
end

local function write(record)
  local due = record.due and whole(record.due) or ''
  redis.call(
    'HSET', base .. 'hold:' .. record.id,
    'state', record.state, 'held', whole(record.held), 'due', due,
    'revision', whole(record.revision), 'labels', record.labels, 'body', ARGV[3], 'payload', ARGV[4]
  )
  index(record.id, record.state, whole(record.held), due, record.labels)
end

local function is_after(score, id)
  local after = request.after
  return not after or score > after.held or (score == after.held and id > after.id)
end

-- Up to `limit` members of a sorted set that come after the cursor and that are wanted.
local function collect(key, wanted, found)
  local from = request.after and whole(request.after.held) or '-inf'
  local offset, taken = 0, 0
  while taken < request.limit do
    local rows = redis.call(
      'ZRANGEBYSCORE', key, from, '+inf', 'WITHSCORES', 'LIMIT', offset, request.limit
    )
    if #rows == 0 then
      return
    end
    for each = 1, #rows, 2 do
      local id, score = rows[each], tonumber(rows[each + 1])
      if taken < request.limit and is_after(score, id) and wanted(id) then
        found[#found + 1] = {score, id}
        taken = taken + 1
      end
    end
    offset = offset + request.limit
  end
end

local function page()
  local found = {}
  if request.label then
    local states = {}
    for _, state in ipairs(request.states) do
      states[state] = true
    end
    collect(base .. 'holds:label:' .. request.label, function(id)
      return states[redis.call('HGET', base .. 'hold:' .. id, 'state')]
    end, found)
  else
    for _, state in ipairs(request.states) do
      collect(base .. 'holds:state:' .. state, function() return true end, found)
    end
    table.sort(found, function(a, b)
      return a[1] < b[1] or (a[1] == b[1] and a[2] < b[2])
    end)
  end
  local rows = {}
  for each = 1, math.min(#found, request.limit) do
    rows[each] = read(found[each][2])
  end
  return rows
end

if request.call == 'clock' then
  return {whole(present()), redis.call('GET', base .. 'holds:newest') or ''}
end

if request.call == 'get' then
  return read(request.id)
end

if request.call == 'page' then
  return page()
end

if request.call == 'add' then
  local record = request.record
  if redis.call('EXISTS', base .. 'hold:' .. record.id) == 1 then
    return '0'
  end
  redis.call('SET', KEYS[1], ARGV[2], 'NX')
  local newest = redis.call('GET', base .. 'holds:newest')
  if not newest or tonumber(newest) < record.held then
    redis.call('SET', base .. 'holds:newest', whole(record.held))
  end
  write(record)
  return '1'
end

if request.call == 'swap' then
  local record = request.record
  local kept = redis.call('HGET', base .. 'hold:' .. record.id, 'revision')
  if not kept or tonumber(kept) ~= record.revision - 1 then
    return '0'
  end
  unindex(record.id)
  write(record)
  return '1'
end

if request.call == 'lease' then
  local now = present()
  local found = redis.call('ZRANGEBYSCORE', base .. 'holds:due', '-inf', whole(now), 'LIMIT', 0, 1)
  local id = found[1]
  if not id then
    return {}
  end
  unindex(id)
  local key, due = base .. 'hold:' .. id, whole(now + request.lease)
  redis.call('HSET', key, 'state', 'leased', 'due', due)
  redis.call('HINCRBY', key, 'revision', 1)
  local row = redis.call('HMGET', key, 'held', 'labels')
  index(id, 'leased', row[1], due, row[2])
  return read(id)
end

-- purge
local gone = redis.call(
  'ZRANGEBYSCORE', base .. 'holds:ended', '-inf', '(' .. whole(request.before), 'LIMIT', 0,
  request.limit
)
for _, id in ipairs(gone) do
  unindex(id)
  redis.call('DEL', base .. 'hold:' .. id)
end
return whole(#gone)
