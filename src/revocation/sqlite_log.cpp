#include "base/printable.hpp"
#include "revocation/sqlite_process.hpp"

#include <authjwt/revocation/sqlite_log.hpp>

#include <boost/assert/source_location.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

namespace authjwt {
namespace {

using detail::SessionRecord;
using detail::SqliteReader;
using detail::SqliteWriter;
using std::chrono::milliseconds;

constexpr milliseconds kLongestPoll{1'000};
constexpr std::chrono::hours kLongestSettling{365 * 24};

[[noreturn]] void refuse(std::string const& text) {
  throw_exception_from_error(Error{Errc::invalid_setting, {}, text}, BOOST_CURRENT_LOCATION);
}

// The working directory may be another one when the file is opened again.
std::string absolute(std::string const& path) {
  if (path.empty()) refuse("the path of the SQLite file is empty");
  if (path.find('\0') != std::string::npos) refuse("the path of the SQLite file holds a zero byte");
  std::error_code error;
  std::filesystem::path const whole = std::filesystem::absolute(path, error);
  if (error) refuse("the working directory cannot be found, so give the SQLite file an absolute path");
  return whole.string();
}

detail::SqliteSetup setup_of(SqliteLog::Options options) {
  if (options.busy_timeout < milliseconds{0}) refuse("busy_timeout is negative");
  if (options.poll_interval < milliseconds{1} || options.poll_interval > kLongestPoll) {
    refuse("poll_interval must be between a millisecond and a second");
  }
  if (options.clock_settles < std::chrono::seconds{0} || options.clock_settles > kLongestSettling) {
    refuse("clock_settles must be between nothing and a year");
  }
  return {absolute(options.path), options.busy_timeout,   options.poll_interval,
          options.clock_settles,  std::move(options.log), options.clock != nullptr ? options.clock : &system_clock()};
}

template <class T>
Result<T> answer(std::optional<T> found) {
  if (!found) return Error{Errc::unavailable};
  return std::move(*found);
}

}  // namespace

struct SqliteLog::Impl {
  detail::SqliteSetup setup;
  detail::SqliteProcesses processes{setup};
};

SqliteLog::SqliteLog(Options options) : impl_{new Impl{setup_of(std::move(options))}} {
  detail::create_private_file(impl_->setup.path);
  std::optional<detail::SqliteFailure> const failure = impl_->processes.current().open_first();
  if (!failure) return;
  switch (failure->trouble()) {
    case detail::SqliteTrouble::cannot_open:
    case detail::SqliteTrouble::no_database:
    case detail::SqliteTrouble::newer: refuse(printable(impl_->setup.path, 200) + ": " + failure->what());
    default: impl_->processes.current().report(*failure);
  }
}

SqliteLog::~SqliteLog() = default;

Result<RevocationLog::Position> SqliteLog::append(std::span<Revocation const> facts) {
  if (facts.empty()) return Position{0};
  Position last = 0;
  bool const is_written = impl_->processes.current().write(facts.size(), [&](SqliteWriter& writer, TimePoint) {
    for (Revocation const& fact : facts) last = writer.append(fact);
  });
  if (!is_written) return Error{Errc::unavailable};
  return last;
}

Result<std::vector<RevocationLog::Entry>> SqliteLog::read_after(Position position, std::size_t at_most) {
  return answer(
      impl_->processes.current().read([&](SqliteReader& reader) { return reader.read_after(position, at_most); }));
}

Result<RevocationLog::Tail> SqliteLog::tail() {
  return answer(impl_->processes.current().read([](SqliteReader& reader) { return reader.tail(); }));
}

void SqliteLog::wait_after(Position position, milliseconds at_most, std::stop_token stop) {
  impl_->processes.current().wait_after(position, at_most, stop);
}

bool SqliteLog::is_durable() noexcept { return impl_->processes.current().is_durable(); }

Result<void> SqliteLog::begin(Session const& session, SessionToken const& token, std::optional<TimePoint> keep_until) {
  bool const is_written = impl_->processes.current().write(1, [&](SqliteWriter& writer, TimePoint now) {
    writer.put(SessionRecord::begun(session, token, keep_until, now));
  });
  if (!is_written) return Error{Errc::unavailable};
  return {};
}

Result<Rotated> SqliteLog::rotate(Rotation const& rotation) {
  Rotated rotated;
  bool const is_written = impl_->processes.current().write(
      1, [&](SqliteWriter& writer, TimePoint now) { rotated = writer.rotate(rotation, now); });
  if (!is_written) return Error{Errc::unavailable};
  return rotated;
}

Result<std::vector<Session>> SqliteLog::sessions_of(std::string_view issuer, std::string_view subject,
                                                    std::size_t at_most) {
  return answer(impl_->processes.current().read(
      [&](SqliteReader& reader) { return reader.sessions_of(issuer, subject, at_most, impl_->setup.clock->now()); }));
}

}  // namespace authjwt
