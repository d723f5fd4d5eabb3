#include "revocation/pause.hpp"
#include "revocation/redis_log_impl.hpp"

#include <authjwt/revocation/redis_log.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace authjwt {
namespace {

using detail::RedisAnswer;
using detail::RedisScript;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kMostFacts = 10'000;                // at once: the server does nothing else meanwhile
constexpr std::chrono::microseconds kTimeOfOneFact{100};  // the patience grows with what is asked
constexpr std::size_t kPage = 1'000;                      // entries asked for at once
constexpr milliseconds kLongestTimeout = std::chrono::minutes{1};
constexpr milliseconds kLongestWait = std::chrono::hours{1};
constexpr milliseconds kSlice{1'000};  // of a wait: a connection that died silently is found out then
constexpr milliseconds kRetry{50};     // a follower must not spin where there is no server
constexpr std::size_t kLongestPrefix = 200;

detail::RedisTimeouts checked_timeouts(RedisLog::Options const& options) {
  auto const check = [](milliseconds timeout, std::string_view name) {
    if (timeout >= milliseconds{1} && timeout <= kLongestTimeout) return;
    detail::refuse_redis_option("RedisLog::Options::" + std::string{name} +
                                " must be between a millisecond and a minute");
  };
  check(options.connect_timeout, "connect_timeout");
  check(options.command_timeout, "command_timeout");
  return {options.connect_timeout, options.command_timeout};
}

std::string const& checked_prefix(std::string const& prefix) {
  auto const is_allowed = [](char c) { return c > ' ' && c <= '~' && c != '{' && c != '}'; };
  if (prefix.empty() || prefix.size() > kLongestPrefix || !std::ranges::all_of(prefix, is_allowed)) {
    detail::refuse_redis_option(
        "RedisLog::Options::prefix must be 1 to 200 characters of ASCII without blanks and braces");
  }
  return prefix;
}

/// `position-0`, the id of an entry.
std::string entry_id(RevocationLog::Position position) { return std::to_string(position) + "-0"; }

/// Reads one entry of a stream as `append` writes it; false for anything else.
bool read_entry(RedisAnswer& answer, RevocationLog::Entry& entry) {
  if (answer.list.size() != 2) return false;
  std::string_view const id = answer.list[0].text;
  std::vector<RedisAnswer>& fields = answer.list[1].list;
  if (!id.ends_with("-0") || (fields.size() != 6 && fields.size() != 8)) return false;
  auto const position = detail::redis_number<RevocationLog::Position>(id.substr(0, id.size() - 2));
  constexpr std::array<std::string_view, 4> kNames{"i", "d", "k", "u"};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind != RedisAnswer::Kind::text || (i % 2 == 0 && fields[i].text != kNames.at(i / 2))) return false;
  }
  Revocation& fact = entry.revocation;
  if (!position || !detail::read_redis_time(fields[5].text, fact.keep_until)) return false;
  if (fields.size() == 8) {
    std::optional<TimePoint> logins_until;
    if (!detail::read_redis_time(fields[7].text, logins_until) || !logins_until) return false;
    fact.kind = Revocation::Kind::subject;
    fact.logins_until = *logins_until;
  }
  entry.position = *position;
  fact.issuer = std::move(fields[1].text);
  fact.id = std::move(fields[3].text);
  return true;
}

}  // namespace

// --- what all calls share
// ---------------------------------------------------------------------------------------------

RedisLog::Impl::Impl(std::string_view url, Options the_options)
    : options{std::move(the_options)},
      beginning{"{" + checked_prefix(options.prefix) + "}:"},
      processes{[this, address = detail::parse_redis_url(url), timeouts = checked_timeouts(options)] {
        return std::make_unique<Process>(address, timeouts, options);
      }} {}

std::string RedisLog::Impl::key(std::string_view name) const { return beginning + std::string{name}; }

std::string RedisLog::Impl::key(std::string_view name, std::string_view issuer, std::string_view text) const {
  // The size tells where the issuer ends, whatever bytes it has.
  return key(name)
      .append(":")
      .append(std::to_string(issuer.size()))
      .append(":")
      .append(issuer)
      .append(":")
      .append(text);
}

std::string RedisLog::Impl::fact_key(Revocation const& fact) const {
  return key(fact.kind == Revocation::Kind::id ? "id" : "subject", fact.issuer, fact.id);
}

std::vector<std::string> RedisLog::Impl::script_keys(std::size_t more) const {
  std::vector<std::string> keys{key("state"), key("log"), key("gaps")};
  keys.reserve(keys.size() + more);
  return keys;
}

std::string RedisLog::Impl::script_time() const {
  if (options.clock == nullptr) return {};
  return std::to_string(milliseconds{options.clock->now().time_since_epoch()}.count());
}

std::optional<RedisAnswer> RedisLog::Impl::run(RedisScript script, std::span<std::string const> keys,
                                               std::span<std::string const> args, milliseconds more_patience) {
  Process* const here = process();
  if (here == nullptr) return std::nullopt;
  return here->client.run(script, {.keys = keys, .time = script_time(), .args = args, .more_patience = more_patience});
}

Error RedisLog::Impl::told(std::string_view topic, std::string_view text) {
  if (Process* const here = process()) here->client.reporter().report(std::string{topic} + " itself", text, text);
  return Error{Errc::unavailable};
}

Error RedisLog::Impl::not_understood(std::string_view topic) {
  return told(topic, "what is stored or answered is not of a form that this version knows");
}

RedisLog::RedisLog(std::string_view url) : RedisLog{url, Options{}} {}

RedisLog::RedisLog(std::string_view url, Options options) : impl_{std::make_unique<Impl>(url, std::move(options))} {}

RedisLog::~RedisLog() = default;

// --- the log
// ----------------------------------------------------------------------------------------------------------

Result<RevocationLog::Position> RedisLog::append(std::span<Revocation const> facts) {
  if (facts.empty()) return Position{0};
  if (facts.size() > kMostFacts) return impl_->told("append", "too many facts at once; 10,000 is the most");
  std::vector<std::string> keys = impl_->script_keys(facts.size());
  std::vector<std::string> args;
  args.reserve(4 * facts.size());
  for (Revocation const& fact : facts) {
    bool const is_subject = fact.kind == Revocation::Kind::subject;
    keys.push_back(impl_->fact_key(fact));
    args.push_back(fact.issuer);
    args.push_back(fact.id);
    args.push_back(detail::redis_time(fact.keep_until));
    args.push_back(is_subject ? detail::redis_time(fact.logins_until) : std::string{});
  }
  auto const more = std::chrono::ceil<milliseconds>(facts.size() * kTimeOfOneFact);
  std::optional<RedisAnswer> const answer = impl_->run(RedisScript::append, keys, args, more);
  if (!answer) return Error{Errc::unavailable};
  auto const position = detail::redis_number<Position>(answer->text);
  if (!position) return impl_->not_understood("append");
  if (auto* const here = impl_->process()) here->seen.saw(*position);
  return *position;
}

Result<std::vector<RevocationLog::Entry>> RedisLog::read_after(Position position, std::size_t at_most) {
  std::vector<Entry> entries;
  std::string const stream = impl_->key("log");
  while (entries.size() < at_most && position < std::numeric_limits<Position>::max()) {
    Impl::Process* const here = impl_->process();
    if (here == nullptr) return Error{Errc::unavailable};
    std::string const from = entry_id(position + 1);
    std::size_t const wanted = std::min(kPage, at_most - entries.size());
    std::string const count = std::to_string(wanted);
    std::optional<RedisAnswer> page =
        here->client.ask("read_after", std::array<std::string_view, 6>{"XRANGE", stream, from, "+", "COUNT", count});
    if (!page) return Error{Errc::unavailable};
    if (page->kind != RedisAnswer::Kind::list) return impl_->not_understood("read_after");
    for (RedisAnswer& one : page->list) {
      Entry entry;
      if (!read_entry(one, entry) || entry.position <= position) return impl_->not_understood("read_after");
      position = entry.position;
      entries.push_back(std::move(entry));
    }
    here->seen.saw(position);
    if (page->list.size() < wanted) break;
  }
  return entries;
}

Result<RevocationLog::Tail> RedisLog::tail() {
  Impl::Process* const here = impl_->process();
  if (here == nullptr) return Error{Errc::unavailable};
  detail::RedisSeen::Look const look = here->seen.look();
  std::vector<std::string> seen;
  for (Position const position : look.positions) seen.push_back(std::to_string(position));
  std::optional<RedisAnswer> answer = impl_->run(RedisScript::tail, impl_->script_keys(0), seen);
  if (!answer) return Error{Errc::unavailable};
  auto const last = answer->list.size() == 3 ? detail::redis_number<Position>(answer->list[1].text) : std::nullopt;
  if (!last || answer->list[0].text.empty()) return impl_->not_understood("tail");
  unsigned const losses = here->seen.compared(look, answer->list[2].text == "0", *last);
  Tail tail{std::move(answer->list[0].text), *last};
  // A log that has lost its end and grown again looks as it did before; it is another one.
  if (losses > 0) tail.identity += "+" + std::to_string(losses);
  return tail;
}

void RedisLog::wait_after(Position position, milliseconds at_most, std::stop_token stop) {
  auto const deadline = Steady::now() + std::min(at_most, kLongestWait);
  std::string const stream = impl_->key("log");
  std::string const after = entry_id(position);
  while (!stop.stop_requested()) {
    auto const left = std::chrono::ceil<milliseconds>(deadline - Steady::now());
    if (left <= milliseconds{0}) return;
    Impl::Process* const here = impl_->process();
    milliseconds const slice = std::min(left, kSlice);
    std::string const blocks = std::to_string(slice.count());
    std::array<std::string_view, 8> const words{"XREAD", "COUNT", "1", "BLOCK", blocks, "STREAMS", stream, after};
    auto const answer = here != nullptr ? here->client.ask_blocking(words, slice, stop) : std::nullopt;
    if (!answer) return detail::pause(std::min(left, kRetry), std::move(stop));
    if (answer->kind != RedisAnswer::Kind::nil) return;
  }
}

}  // namespace authjwt
