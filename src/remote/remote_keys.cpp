#include "base/per_process.hpp"
#include "remote/key_fetcher.hpp"
#include "remote/key_snapshot.hpp"

#include <authjwt/remote/remote_keys.hpp>

#include <optional>
#include <stdexcept>
#include <utility>

namespace authjwt::remote {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestTimeout = std::chrono::minutes{1};
constexpr milliseconds kLongestAge = std::chrono::hours{24 * 366};

void require(bool is_good, char const* what) {
  if (!is_good) throw std::invalid_argument{what};
}

Options checked(Options options) {
  constexpr milliseconds kLeast{1};
  require(options.timeout >= kLeast && options.timeout <= kLongestTimeout,
          "timeout must be at least a millisecond and at most a minute");
  require(options.max_size >= 1 && options.max_size <= kMaxKeyTextSize,
          "max_size must be at least 1 byte and at most kMaxKeyTextSize");
  require(options.min_fresh >= kLeast && options.min_fresh <= options.max_fresh,
          "min_fresh must be at least a millisecond and at most max_fresh");
  require(options.first_retry >= kLeast && options.first_retry <= options.last_retry,
          "first_retry must be at least a millisecond and at most last_retry");
  require(options.max_age > options.max_fresh && options.max_age <= kLongestAge,
          "max_age must be longer than max_fresh and at most a year");
  require(options.last_retry <= kLongestAge, "last_retry must be at most a year");
  require(options.cool_down >= kLeast && options.cool_down <= kLongestAge,
          "cool_down must be at least a millisecond and at most a year");
  return options;
}

}  // namespace

struct RemoteKeys::Impl {
  Impl(std::string const& url, Options the_options)
      : options{checked(std::move(the_options))}, address{checked_address(url, options.allow_http)}, fetchers{[this] {
          return std::make_unique<KeyFetcher>(address, options, snapshot);
        }} {}

  Options const options;
  Address const address;
  KeySnapshot snapshot;
  detail::PerProcess<KeyFetcher> fetchers;  // the last member: their threads end before what they use
};

RemoteKeys::RemoteKeys(std::string const& url, Options options) {
  prepare_fetching({options.ca_file, options.proxy});
  impl_ = std::make_unique<Impl>(url, std::move(options));
}

RemoteKeys::RemoteKeys(std::string const& url) : RemoteKeys{url, Options{}} {}

RemoteKeys::~RemoteKeys() = default;

Result<KeySet> RemoteKeys::keys() const {
  static_cast<void>(impl_->fetchers.get());  // in a fork, it begins here
  std::optional<KeySet> keys = impl_->snapshot.get(impl_->options.max_age);
  if (!keys) return Error{Errc::unavailable};
  return *std::move(keys);
}

bool RemoteKeys::ask_for_newer() noexcept {
  KeyFetcher* const fetcher = impl_->fetchers.get();
  return fetcher != nullptr && fetcher->ask();
}

bool RemoteKeys::wait_for_keys(milliseconds at_most) const {
  KeyFetcher* const fetcher = impl_->fetchers.get();
  return fetcher != nullptr ? fetcher->wait_for_keys(at_most) : impl_->snapshot.get(impl_->options.max_age).has_value();
}

}  // namespace authjwt::remote
