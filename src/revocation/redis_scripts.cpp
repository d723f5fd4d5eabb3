#include "revocation/redis_scripts.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace authjwt::detail {
namespace {

// Times are whole seconds as decimal text, an empty one is "for ever" or "not known"; `now` and `used` are
// milliseconds. Lua's numbers are doubles: exact up to 2^53, and to be written with %.0f. Whatever can fail by what a
// caller sent or by what a key holds stands before the first write: a script that fails is not undone.
//
// Where a server's run is another one than the log was last written in, it may have lost the log's end: the next
// positions begin behind a gap, so that no position ever means two facts, and a position in a gap is a fact that was
// lost.
constexpr std::string_view kCommon = R"lua(
local STATE, STREAM, GAPS = KEYS[1], KEYS[2], KEYS[3]
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function whole(number) return string.format('%.0f', number) end
local function passed(keep) return keep ~= '' and tonumber(keep) * 1000 <= now end
local function later(a, b)
  if a == '' or b == '' then return '' end
  return tonumber(a) < tonumber(b) and b or a
end

-- Not by a clock of a test's, which the server does not share.
local function expire(key, keep)
  if ARGV[1] ~= '' then return end
  if keep ~= '' and tonumber(keep) < 1e12 then
    redis.call('PEXPIREAT', key, whole(tonumber(keep) * 1000))
  else
    redis.call('PERSIST', key)
  end
end

-- The stream may be there without the state, where a server evicts keys: what is in it holds.
local function open_log()
  if redis.call('HEXISTS', STATE, 'identity') == 1 then return end
  local last = '0'
  if redis.call('EXISTS', STREAM) == 1 then
    local info = redis.call('XINFO', 'STREAM', STREAM)
    for i = 1, #info, 2 do
      if info[i] == 'last-generated-id' then last = string.match(info[i + 1], '^%d+') end
    end
  end
  redis.call('DEL', GAPS)
  redis.call('HSET', STATE, 'identity', ARGV[3], 'run', ARGV[2], 'last', last)
end

-- The position before the first of `count` new ones.
local function reserve(count)
  open_log()
  local was = redis.call('HMGET', STATE, 'run', 'last')
  if ARGV[2] ~= '' and was[1] ~= ARGV[2] then
    redis.call('RPUSH', GAPS, was[2])
    redis.call('LTRIM', GAPS, -1000, -1)
    redis.call('HINCRBY', STATE, 'last', GAP)
    redis.call('HSET', STATE, 'run', ARGV[2])
  end
  return redis.call('HINCRBY', STATE, 'last', count) - count
end

-- `keep` and `logins` of a fact that holds, or nothing.
local function held(key)
  local fact = redis.call('GET', key)
  if not fact then return nil end
  local keep, logins = string.match(fact, '^(-?%d*):(-?%d*)$')
  if passed(keep) then return nil end
  return keep, logins
end

-- Written even where it has passed by the server's clock: what is acknowledged is in the log, whoever's clock is right.
local function add(position, key, issuer, id, keep, logins)
  local was_keep, was_logins = held(key)
  local entry = {'i', issuer, 'd', id, 'k', keep}
  if logins ~= '' then
    entry[7], entry[8] = 'u', logins
  end
  redis.call('XADD', STREAM, whole(position) .. '-0', unpack(entry))
  if was_keep then
    keep = later(keep, was_keep)
    if logins ~= '' then logins = later(logins, was_logins) end
  end
  redis.call('SET', key, keep .. ':' .. logins)
  expire(key, keep)
end

-- Drops expired entries among the next `count` behind those that were looked at last.
local function sweep(count)
  local from = redis.call('HGET', STATE, 'swept') or '-'
  local entries = redis.call('XRANGE', STREAM, from, '+', 'COUNT', count)
  for _, entry in ipairs(entries) do
    if entry[2][5] == 'k' and passed(entry[2][6]) then redis.call('XDEL', STREAM, entry[1]) end
  end
  redis.call('HSET', STATE, 'swept', #entries == count and '(' .. entries[count][1] or '-')
end

-- Drops the sessions of an index that nothing keeps any more, some of them.
local function tidy(logins, ends)
  local sids = redis.call('ZRANGEBYSCORE', ends, '-inf', whole(math.floor(now / 1000)), 'LIMIT', 0, 16)
  for _, sid in ipairs(sids) do
    redis.call('ZREM', logins, sid)
    redis.call('ZREM', ends, sid)
  end
end

local function index(logins, ends, sid, login, keep)
  redis.call('ZADD', logins, login == '' and '-inf' or login, sid)
  redis.call('ZADD', ends, keep == '' and '+inf' or keep, sid)
  tidy(logins, ends)
  local last = redis.call('ZREVRANGE', ends, 0, 0, 'WITHSCORES')[2]
  if last then
    if last == 'inf' then last = '' end
    expire(logins, last)
    expire(ends, last)
  end
end

local function put_in_use(session, jti, iat, exp, csrf)
  redis.call('HSET', session, 'jti', jti, 'iat', iat, 'exp', exp, 'csrf', csrf, 'used', whole(now))
end
)lua";

constexpr std::string_view kAppend = R"lua(
local count = (#ARGV - 3) / 4
local before = reserve(count)
sweep(4 + 2 * math.min(count, 1000))
for i = 1, count do
  local at = 4 * i
  add(before + i, KEYS[3 + i], ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
end
return whole(before + count)
)lua";

// A server that has become a replica answers reads as before, and what is revoked since is not there: who follows it
// has to know. A user who may not ask for INFO does not.
constexpr std::string_view kTail = R"lua(
local replication = redis.pcall('INFO', 'replication')
if type(replication) == 'string' and string.find(replication, 'role:slave', 1, true) then
  return redis.error_reply('READONLY a replica')
end
open_log()
local was = redis.call('HMGET', STATE, 'identity', 'last')
local gaps = redis.call('LRANGE', GAPS, 0, -1)
local lost = false
for i = 4, #ARGV do
  local seen = tonumber(ARGV[i])
  if seen > tonumber(was[2]) then lost = true end
  for _, gap in ipairs(gaps) do
    if seen > tonumber(gap) and seen <= tonumber(gap) + GAP then lost = true end
  end
end
return {was[1], was[2], lost and '1' or '0'}
)lua";

constexpr std::string_view kBegin = R"lua(
local session, logins, ends = KEYS[4], KEYS[5], KEYS[6]
local sid, subject, login, label, jti, iat, exp, csrf, keep = unpack(ARGV, 4)
redis.call('DEL', session)
redis.call('HSET', session, 'subject', subject, 'login', login, 'label', label, 'keep', keep)
put_in_use(session, jti, iat, exp, csrf)
index(logins, ends, sid, login, keep)
expire(session, keep)
return 'begun'
)lua";

constexpr std::string_view kRotate = R"lua(
local session, logins, ends = KEYS[7], KEYS[8], KEYS[9]
local issuer, sid, subject, login, presented, jti, iat, exp, csrf, grace, keep = unpack(ARGV, 4)
local kept, logins_until = held(KEYS[6])
if held(KEYS[4]) or held(KEYS[5]) then return {'revoked'} end
if kept and (login == '' or tonumber(login) <= tonumber(logins_until)) then return {'revoked'} end

local was = redis.call('HMGET', session, 'jti', 'iat', 'exp', 'csrf', 'before', 'used', 'keep', 'subject', 'login')
if was[1] and not passed(was[7]) then
  keep = later(was[7], keep)
  if was[1] ~= presented then
    if was[5] == presented and now - tonumber(was[6]) <= tonumber(grace) then
      redis.call('HSET', session, 'keep', keep)
      expire(session, keep)
      return {'replay', was[1], was[2], was[3], was[4]}
    end
    local before = reserve(1)
    sweep(4)
    add(before + 1, KEYS[4], issuer, sid, keep, '')
    return {'reused', whole(before + 1)}
  end
  subject, login = was[8], was[9]
else
  redis.call('DEL', session)
  redis.call('HSET', session, 'subject', subject, 'login', login, 'label', '')
end
redis.call('HSET', session, 'before', presented, 'keep', keep)
put_in_use(session, jti, iat, exp, csrf)
if subject == ARGV[6] then index(logins, ends, sid, login, keep) end
expire(session, keep)
return {'rotated'}
)lua";

// The records' keys are made here: they cannot be known before, and lie in the one slot of the prefix.
constexpr std::string_view kSessions = R"lua(
local logins, ends = KEYS[5], KEYS[6]
local sessions, facts, subject = ARGV[4], ARGV[5], ARGV[6]
local most = tonumber(ARGV[7])
tidy(logins, ends)
local lowest = '-inf'
local kept, logins_until = held(KEYS[4])
if kept then lowest = '(' .. logins_until end
local found, passed_over, looked_at = {}, 0, 0
while #found < most and looked_at < most + 1000 do
  local sids = redis.call('ZREVRANGEBYSCORE', logins, '+inf', lowest, 'LIMIT', #found + passed_over, 100)
  if #sids == 0 then break end
  looked_at = looked_at + #sids
  for _, sid in ipairs(sids) do
    local was = redis.call('HMGET', sessions .. sid, 'subject', 'login', 'used', 'exp', 'label', 'keep')
    if was[1] ~= subject or passed(was[6]) or held(facts .. sid) then
      redis.call('ZREM', logins, sid)
      redis.call('ZREM', ends, sid)
    elseif passed(was[4]) then
      passed_over = passed_over + 1
    elseif #found < most then
      found[#found + 1] = {sid, was[2], was[3], was[4], was[5]}
    end
  end
end
return found
)lua";

std::string script(std::string_view own) {
  return ("local GAP = " + std::to_string(kRedisGap)).append(kCommon).append(own);
}

}  // namespace

std::string const& text_of(RedisScript which) {
  static std::array<std::string, kRedisScripts> const kTexts{script(kAppend), script(kTail), script(kBegin),
                                                             script(kRotate), script(kSessions)};
  return kTexts.at(static_cast<std::size_t>(which));
}

}  // namespace authjwt::detail
