#include "files.hpp"

#include "exit_code.hpp"
#include "terminal.hpp"

#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
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
    throw Failure{ExitCode::usage, "standard input can be read once; give one of the two as a file"};
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

/// A file beside the wanted one that takes its place when it is whole, and is gone otherwise.
class NewFile {
 public:
  NewFile(std::string const& name, Access access)
      : wanted_{name}, name_{name + ".XXXXXX"}, file_{::mkostemp(name_.data(), O_CLOEXEC)} {  // with mode 0600
    if (file_.number() < 0) fail("cannot write beside", wanted_, errno);
    if (access == Access::owner) return;
    mode_t const mask = ::umask(0);
    ::umask(mask);
    if (::fchmod(file_.number(), 0644 & ~mask) != 0) fail("cannot write", name_, errno);
  }
  NewFile(NewFile const&) = delete;
  NewFile& operator=(NewFile const&) = delete;
  ~NewFile() {
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  void write(std::string_view bytes) {
    write_all(file_.number(), bytes, wanted_);
    if (::fsync(file_.number()) != 0 || !file_.close()) fail("cannot write", wanted_, errno);
  }
  void put_in_place(Existing existing) {
    // A link, unlike a rename, fails where something has the name by now.
    bool const keep = existing == Existing::keep;
    int const result = keep ? ::link(name_.c_str(), wanted_.c_str()) : ::rename(name_.c_str(), wanted_.c_str());
    if (result != 0) fail("cannot write", wanted_, errno);
    if (!keep) name_.clear();
  }

 private:
  std::string wanted_;
  std::string name_;
  Descriptor file_;
};

}  // namespace

SecretBytes read_file(std::string const& name, std::size_t limit, std::string_view what) {
  if (name == kStandardStream) return read_standard_input(limit, what);
  Descriptor const file{::open(name.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.number() < 0) fail("cannot read", name, errno);
  return read_all(file.number(), limit, name);
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

void check_writable(std::string const& name, Existing existing) {
  struct stat state {};
  if (name == kStandardStream || ::lstat(name.c_str(), &state) != 0) return;
  if (existing == Existing::keep) {
    throw Failure{ExitCode::failed, name + " exists; --force replaces it"};
  }
  if (!S_ISREG(state.st_mode)) throw Failure{ExitCode::failed, name + " is no regular file, and is not replaced"};
}

void write_file(std::string const& name, std::string_view bytes, Access access, Existing existing) {
  if (name == kStandardStream) return print(bytes);
  check_writable(name, existing);
  NewFile file{name, access};
  file.write(bytes);
  file.put_in_place(existing);
}

Wipe::~Wipe() { ::explicit_bzero(text_.data(), text_.size()); }

void print(std::string_view text) {
  std::cout << text << std::flush;
  if (!std::cout) throw Failure{ExitCode::failed, "the output could not be written"};
}

void tell(std::string_view sentence) { std::cerr << "authjwt: " << terminal_safe(sentence) << '\n'; }

}  // namespace authjwt::cli
