#include "files.hpp"

#include "exit_code.hpp"
#include "terminal.hpp"

#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <utility>

namespace authjwt::cli {
namespace {

[[noreturn]] void fail(std::string const& what, std::string const& name, int error) {
  throw Failure{ExitCode::failed, what + " " + name + ": " + std::strerror(error)};
}

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_{number} {}
  Descriptor(Descriptor const&) = delete;
  Descriptor& operator=(Descriptor const&) = delete;
  ~Descriptor() { close(); }

  [[nodiscard]] int number() const noexcept { return number_; }
  /// Whether it took everything to the end.
  bool close() noexcept { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

SecretBytes read_all(int descriptor, std::size_t limit, std::string const& name) {
  std::string text(limit + 16, '\0');
  Wipe const wipe{text};
  std::size_t used = 0;
  while (used < text.size()) {
    ssize_t const size = ::read(descriptor, text.data() + used, text.size() - used);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) fail("cannot read", name, errno);
    if (size == 0) break;
    used += static_cast<std::size_t>(size);
  }
  return SecretBytes{std::string_view{text}.substr(0, used)};
}

SecretBytes read_standard_input(std::size_t limit, std::string_view what) {
  static bool was_read = false;
  if (std::exchange(was_read, true)) {
    wrong_usage("standard input can be read once; give one of the two as a file");
  }
  if (::isatty(STDIN_FILENO) == 1) {
    std::cerr << "Reading the " << what << " from the terminal; end it with Ctrl-D.\n";
  }
  return read_all(STDIN_FILENO, limit, "standard input");
}

void write_all(int descriptor, std::string_view bytes, std::string const& name) {
  while (!bytes.empty()) {
    ssize_t const size = ::write(descriptor, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) fail("cannot write", name, errno);
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

/// A descriptor that was opened for a name that `mkostemp` has filled in.
int open_beside(std::string& name, Access access) {
  int const number = ::mkostemp(name.data(), O_CLOEXEC);  // with mode 0600
  if (number < 0 || access == Access::owner) return number;
  mode_t const mask = ::umask(0);
  ::umask(mask);
  return ::fchmod(number, 0644 & ~mask) == 0 ? number : -1;
}

/// 0, or the reason.
int put(std::string const& from, std::string const& to, Existing existing) {
  unsigned const flags = existing == Existing::keep ? RENAME_NOREPLACE : 0;
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0) return 0;
  if (errno != EINVAL || flags == 0) return errno;
  // A file system that knows no such rename: a link fails, too, where something has the name.
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  ::unlink(from.c_str());
  return 0;
}

/// How a file is called in a message. What was given for a secret's file may be the secret itself, by mistake.
std::string shown(std::string const& name, std::string_view what) {
  bool const may_be_it = what == "secret" || name.find('\n') != std::string::npos;
  return may_be_it ? "the file of the " + std::string{what} : name;
}

}  // namespace

SecretBytes read_file(std::string const& name, std::size_t limit, std::string_view what) {
  if (name == kStandardStream) return read_standard_input(limit, what);
  Descriptor const file{::open(name.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.number() < 0) fail("cannot read", shown(name, what), errno);
  return read_all(file.number(), limit, shown(name, what));
}

SecretBytes read_variable(std::string const& name) {
  char const* const value = std::getenv(name.c_str());
  if (value == nullptr) {
    // What was given may be the secret itself, by mistake: it is not repeated.
    throw Failure{ExitCode::failed,
                  "there is no environment variable of the name that was given; give its name, "
                  "not the secret"};
  }
  return SecretBytes{value};
}

// --- a new file
// ---------------------------------------------------------------------

void check_place(std::string const& name, Existing existing) {
  struct stat state {};
  if (name == kStandardStream || ::lstat(name.c_str(), &state) != 0) return;
  if (existing == Existing::keep) throw Failure{ExitCode::failed, name + " exists; --force replaces it"};
  if (!S_ISREG(state.st_mode)) throw Failure{ExitCode::failed, name + " is no regular file, and is not replaced"};
}

SignalsHeld::SignalsHeld() noexcept {
  sigset_t ends;
  sigemptyset(&ends);
  for (int const signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ends, signal);
  ::sigprocmask(SIG_BLOCK, &ends, &before_);
}
SignalsHeld::~SignalsHeld() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

NewFile::NewFile(std::string name, SecretBytes text, Access access, Existing existing)
    : wanted_{std::move(name)}, text_{std::move(text)}, existing_{existing} {
  if (wanted_ == kStandardStream) return;
  check_place(wanted_, existing_);
  beside_ = wanted_ + ".XXXXXX";
  try {
    Descriptor file{open_beside(beside_, access)};
    if (file.number() < 0) fail("cannot write beside", wanted_, errno);
    write_all(file.number(), text_.expose_secret(), wanted_);
    if (::fsync(file.number()) != 0 || !file.close()) fail("cannot write", wanted_, errno);
  } catch (...) {
    ::unlink(beside_.c_str());
    throw;
  }
}

NewFile::~NewFile() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

void NewFile::put_in_place() {
  if (beside_.empty()) return print(text_.expose_secret());
  if (int const error = put(beside_, wanted_, existing_); error != 0) fail("cannot write", wanted_, error);
  beside_.clear();
}

Wipe::~Wipe() { ::explicit_bzero(text_.data(), text_.size()); }

void print(std::string_view text) {
  std::cout << text << std::flush;
  if (!std::cout) throw Failure{ExitCode::failed, "the output could not be written"};
}

void tell(std::string_view sentence) {
  std::string line;
  for (char const c : terminal_safe(sentence)) c == '\n' ? line += "\\u000a" : line += c;  // it stays one sentence
  std::cerr << "authjwt: " << line << '\n';
}

}  // namespace authjwt::cli
