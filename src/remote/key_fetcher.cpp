#include "remote/key_fetcher.hpp"

#include "base/printable.hpp"
#include "remote/forks.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace authjwt::remote {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestWait = std::chrono::hours{24};  // a sum with the time must not overflow

/// A private key that has been published is anybody's, by whatever name its public half is there too.
KeySet published(KeySet const& keys) {
  std::set<std::string_view> anybodys;
  for (Key const& key : keys.keys()) {
    if (key.is_private()) anybodys.insert(key.thumbprint());
  }
  if (anybodys.empty()) return keys;
  std::vector<Key> kept;
  std::ranges::copy_if(keys.keys(), std::back_inserter(kept),
                       [&anybodys](Key const& key) { return !anybodys.contains(key.thumbprint()); });
  return KeySet::from_keys(std::move(kept)).value();  // fewer keys are in nobody's way
}

}  // namespace

KeyFetcher::KeyFetcher(Address const& address, Options const& options, KeySnapshot& snapshot)
    : address_{address},
      options_{options},
      snapshot_{snapshot},
      random_{std::random_device{}()},
      thread_{[this](std::stop_token const& stop) { run(stop); }} {}

void KeyFetcher::run(std::stop_token const& stop) noexcept {
  while (!stop.stop_requested()) {
    Fetched const result = fetched(stop);
    if (stop.stop_requested()) return;
    rest(settle(result), stop);
  }
}

Fetched KeyFetcher::fetched(std::stop_token const& stop) const noexcept try {
  return fetch(address_, {options_.timeout, options_.max_size}, {options_.ca_file, options_.proxy}, stop);
} catch (...) {  // no memory; the text needs none
  return {.failure = "out of memory"};
}

/// Why the answer cannot be used; empty where it is in use.
std::string KeyFetcher::use(Fetched const& fetched) {
  if (!fetched.failure.empty()) return fetched.failure;
  // The same keys keep their ids, by which signatures are remembered.
  if (fetched.body == body_) return snapshot_.renew(Steady::now()), std::string{};
  auto const working = working_lock();
  Result<KeySet> const read = KeySet::from_jwks(fetched.body);
  if (!read) return read.error().message();
  if (std::ranges::any_of(read->keys(), &Key::is_secret)) return "the answer holds a secret";
  KeySet keys = published(*read);
  if (keys.empty()) return "the answer holds no key that can be used";
  body_.reset();
  snapshot_.set(std::move(keys), Steady::now());
  body_ = fetched.body;
  return {};
}

/// Until the next fetch.
milliseconds KeyFetcher::settle(Fetched const& fetched) noexcept try {
  is_failing_ = true;
  std::string const failure = use(fetched);
  is_failing_ = !failure.empty();
  tell(failure);
  double const chance = std::uniform_real_distribution{0.0, 1.0}(random_);
  failures_ = failure.empty() ? 0 : failures_ + 1;
  if (failure.empty()) return pause_after_success(options_, fetched.max_age, chance);
  return pause_after_failure(options_, failures_, chance);
} catch (std::exception const&) {  // no memory: a failure that cannot be told
  return options_.last_retry;
}

void KeyFetcher::rest(milliseconds pause, std::stop_token const& stop) {
  std::unique_lock lock{mutex_};
  fetching_ = false;
  ended_ = Steady::now();
  changed_.notify_all();
  changed_.wait_for(lock, stop, pause, [this] { return fetching_; });
  fetching_ = true;
}

bool KeyFetcher::ask() {
  std::lock_guard const lock{mutex_};
  if (fetching_) return true;
  // After a failure nobody knows what there is, and it is tried again by itself.
  if (Steady::now() - ended_ < options_.cool_down) return is_failing_;
  fetching_ = true;
  changed_.notify_all();
  return true;
}

bool KeyFetcher::wait_for_keys(milliseconds at_most) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, std::clamp(at_most, milliseconds{0}, kLongestWait),
                           [this] { return snapshot_.get(options_.max_age).has_value(); });
}

/// Once for each change of what there is to tell.
void KeyFetcher::tell(std::string const& failure) noexcept try {
  bool const has_keys = snapshot_.get(options_.max_age).has_value();
  State const state = failure.empty() ? State::good : (had_keys_ && !has_keys ? State::too_old : State::failing);
  had_keys_ = had_keys_ || has_keys;
  State const before = std::exchange(told_, state);
  if (state == before) return;
  Steady::time_point const now = Steady::now();
  if (before == State::good) failing_since_ = now;
  std::string line = "the keys of " + address_.shown;
  if (state == State::good) {
    auto const outage = std::chrono::round<std::chrono::seconds>(now - failing_since_);
    line += " can be fetched again after " + std::to_string(outage.count()) + " s";
  } else if (state == State::too_old) {
    line += " are too old to be used, and cannot be fetched: " + printable(failure, 200);
  } else {
    line += " cannot be fetched: " + printable(failure, 200) + (has_keys ? "; the last ones stay in use" : "");
  }
  if (options_.log) return options_.log(line);
  std::fputs(("authjwt error: " + line + "\n").c_str(), stderr);
} catch (...) {
  return;  // a service that cannot write its log is served on
}

}  // namespace authjwt::remote
