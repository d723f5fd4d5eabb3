#include "revocation/sqlite_process.hpp"

#include "base/printable.hpp"

#include <pthread.h>

#include <algorithm>
#include <new>
#include <utility>

namespace authjwt::detail {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kDroppedByRow = 4;  // more than one, or what has expired would outnumber the rest
constexpr milliseconds kLongestWait = std::chrono::hours{1};  // the sum with the time of day must not overflow

}  // namespace

// --- telling ---------------------------------------------------------------------------------------------------------

void SqliteHealth::works() noexcept try {
  {
    std::lock_guard const lock{mutex_};
    if (why_.empty()) return;
    why_.clear();
  }
  tell("again");
} catch (...) {
  return;  // what the callback throws is its own
}

void SqliteHealth::failed(std::string_view why) noexcept try {
  {
    std::lock_guard const lock{mutex_};
    if (why_ == why) return;
    why_ = why;
  }
  tell("no more: " + std::string{why});
} catch (...) {
  return;
}

void SqliteHealth::tell(std::string_view what) const {
  if (!setup_->log) return;
  setup_->log("the revocations in " + printable(setup_->path, 200) + " can be " + use_ + " " + std::string{what});
}

// --- writing ---------------------------------------------------------------------------------------------------------

SqliteWriter& SqliteProcess::writer() {
  if (writer_ == nullptr) {
    // While a reader is open, a new writer would share what SQLite keeps of the file in this process, such as that it
    // could not be written.
    close_reader();
    writer_ = std::make_unique<SqliteWriter>(setup_->path, setup_->busy_timeout, !is_known_);
    is_known_ = true;
  }
  return *writer_;
}

void SqliteProcess::close_reader() {
  std::lock_guard const lock{reader_mutex_};
  reader_.reset();
}

std::optional<SqliteFailure> SqliteProcess::open_first() {
  std::lock_guard const lock{writer_mutex_};
  try {
    static_cast<void>(writer());
    return std::nullopt;
  } catch (SqliteFailure const& failure) {
    return failure;
  }
}

bool SqliteProcess::write(std::size_t weight, Apply const& apply) {
  Pending own{&apply, weight};
  std::unique_lock lock{queue_mutex_};
  queue_.push_back(&own);
  written_.wait(lock, [&] { return own.is_done || !is_led_; });
  if (own.is_done) return own.is_written;
  is_led_ = true;
  std::vector<Pending*> const group = std::exchange(queue_, {});
  lock.unlock();
  bool const is_written = commit(group);
  lock.lock();
  is_led_ = false;
  for (Pending* const pending : group) {
    pending->is_done = true;
    pending->is_written = is_written;
  }
  lock.unlock();
  written_.notify_all();
  return is_written;
}

bool SqliteProcess::commit(std::vector<Pending*> const& group) noexcept {
  try {
    commit_locked(group);
  } catch (SqliteFailure const& failure) {
    writing_.failed(failure.what());
    return false;
  } catch (...) {
    writing_.failed("there is no memory");
    return false;
  }
  writing_.works();
  {
    std::lock_guard const lock{commits_mutex_};
    ++commits_;
  }
  committed_.notify_all();
  return true;
}

void SqliteProcess::commit_locked(std::vector<Pending*> const& group) {
  std::lock_guard const lock{writer_mutex_};
  try {
    SqliteWriter& to = writer();
    to.begin();
    TimePoint const now = setup_->clock->now();
    std::size_t rows = 0;
    for (Pending const* const pending : group) rows += pending->weight;
    // Before the rest, which then finds free pages: a file that is full need not grow for it.
    to.drop_expired(expiry_.at(now, Steady::now()), kDroppedByRow * rows);
    for (Pending const* const pending : group) (*pending->apply)(to, now);
    to.commit();
  } catch (SqliteFailure const& failure) {
    if (failure.trouble() == SqliteTrouble::locked && writer_ != nullptr) {
      writer_->roll_back();
    } else {
      writer_.reset();
    }
    throw;
  } catch (...) {
    writer_.reset();
    throw;
  }
}

bool SqliteProcess::is_durable() noexcept try {
  std::lock_guard const lock{writer_mutex_};
  try {
    return writer().is_durable();
  } catch (...) {
    writer_.reset();
    throw;
  }
} catch (...) {
  return false;
}

// --- reading ---------------------------------------------------------------------------------------------------------

SqliteReader& SqliteProcess::reader() {
  if (reader_ == nullptr) {
    reader_ = std::make_unique<SqliteReader>(setup_->path, setup_->busy_timeout);
    ++readers_opened_;
  }
  return *reader_;
}

bool SqliteProcess::has_news(SqliteReader& reader, RevocationLog::Position position, Seen& seen) const {
  std::int64_t const version = reader.version();
  if (seen.opened == readers_opened_ && seen.version == version) return false;
  seen = {readers_opened_, version};
  return reader.has_after(position);
}

void SqliteProcess::wait_after(RevocationLog::Position position, milliseconds at_most, std::stop_token const& stop) {
  Steady::time_point const end = Steady::now() + std::clamp(at_most, milliseconds{0}, kLongestWait);
  Seen seen;
  for (;;) {
    std::unique_lock commits{commits_mutex_};
    std::uint64_t const before = commits_;
    commits.unlock();
    // Not `read`: to ask where the file lies would double the cost of looking, and who reads will ask.
    std::optional<bool> const news = try_to_read([&](SqliteReader& from) { return has_news(from, position, seen); });
    if (!news || *news || stop.stop_requested() || Steady::now() >= end) return;
    commits.lock();
    Steady::time_point const next_look = std::min(end, Steady::now() + setup_->poll_interval);
    committed_.wait_until(commits, stop, next_look, [&] { return commits_ != before; });
  }
}

// --- forks -----------------------------------------------------------------------------------------------------------

void SqliteProcess::suspend() noexcept {
  writer_mutex_.lock();
  reader_mutex_.lock();
  // Neither is the last connection for long, and a checkpoint would hold up the fork.
  if (writer_ != nullptr) writer_->skip_checkpoint_on_close();
  if (reader_ != nullptr) reader_->skip_checkpoint_on_close();
  writer_.reset();
  reader_.reset();
}

void SqliteProcess::resume() noexcept {
  reader_mutex_.unlock();
  writer_mutex_.unlock();
}

namespace {

// All there are in this process.
std::mutex all_mutex;
SqliteProcesses* all = nullptr;

}  // namespace

SqliteProcesses::SqliteProcesses(SqliteSetup const& setup)
    : setup_{&setup}, current_{std::make_unique<SqliteProcess>(setup, false)} {
  static int const watching = pthread_atfork(before_fork, in_parent, in_child);
  if (watching != 0) throw std::bad_alloc{};
  std::lock_guard const lock{all_mutex};
  next_ = std::exchange(all, this);
}

SqliteProcesses::~SqliteProcesses() {
  std::lock_guard const lock{all_mutex};
  SqliteProcesses** link = &all;
  while (*link != this) link = &(*link)->next_;
  *link = next_;
  current_.reset();  // under the lock: no fork while it closes its connections
}

void SqliteProcesses::before_fork() noexcept {
  all_mutex.lock();
  for (SqliteProcesses* one = all; one != nullptr; one = one->next_) {
    one->of_child_ = std::make_unique<SqliteProcess>(*one->setup_, one->current_->is_known());
    one->current_->suspend();
  }
}

void SqliteProcesses::in_parent() noexcept {
  for (SqliteProcesses* one = all; one != nullptr; one = one->next_) {
    one->current_->resume();
    one->of_child_.reset();
  }
  all_mutex.unlock();
}

void SqliteProcesses::in_child() noexcept {
  for (SqliteProcesses* one = all; one != nullptr; one = one->next_) {
    one->current_->resume();
    // Never destroyed: other threads of the parent may be waiting in its condition variables.
    one->of_child_->leave_behind(one->current_.release());
    one->current_ = std::move(one->of_child_);
  }
  all_mutex.unlock();
}

}  // namespace authjwt::detail
