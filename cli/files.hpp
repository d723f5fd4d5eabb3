#pragma once

#include <authjwt/base/secret.hpp>

#include <csignal>
#include <cstddef>
#include <string>
#include <string_view>

namespace authjwt::cli {

/// The name that stands for standard input, or standard output.
inline constexpr std::string_view kStandardStream = "-";

/// The bytes of the file `name`, or of standard input for `-`; at most `limit` and a few more, so that a reader with
/// that limit refuses what is longer. `what` says what is read, for messages and for a person at a terminal.
/// Throws `Failure`: it cannot be read, or standard input is wanted twice.
[[nodiscard]] SecretBytes read_file(std::string const& name, std::size_t limit, std::string_view what);

/// The environment variable `name`. Throws `Failure` where it is not set.
[[nodiscard]] SecretBytes read_variable(std::string const& name);

/// Who may read a new file.
enum class Access : bool { owner, everybody };
enum class Existing : bool { keep, replace };

/// Throws `Failure` where a `NewFile` would, as far as that can be seen beforehand.
void check_place(std::string const& name, Existing existing);

/// As long as it is there, the signals by which a person ends a program wait.
class SignalsHeld {
 public:
  SignalsHeld() noexcept;
  ~SignalsHeld();
  SignalsHeld(SignalsHeld const&) = delete;
  SignalsHeld& operator=(SignalsHeld const&) = delete;

 private:
  sigset_t before_;
};

/// A new file: whole or not at all, readable by its owner alone or, as far as the umask lets it, by everybody.
/// `Existing::keep` refuses where anything has that name; `replace` takes the place of a regular file, whatever its
/// mode was, and refuses anything else. `-` is standard output.
class NewFile {
 public:
  /// Writes it under another name beside its place. Throws `Failure`.
  NewFile(std::string name, SecretBytes text, Access access, Existing existing);
  NewFile(NewFile const&) = delete;
  NewFile& operator=(NewFile const&) = delete;
  ~NewFile();

  /// Throws `Failure`; then nothing has changed.
  void put_in_place();

 private:
  SignalsHeld signals_;  // the first member: they come when the file beside is gone
  std::string wanted_;
  SecretBytes text_;
  Existing existing_;
  std::string beside_;  // empty: there is none
};

/// Wipes `text` when it goes. Precondition: the text has not grown out of other memory.
class Wipe {
 public:
  explicit Wipe(std::string& text) noexcept : text_{text} {}
  Wipe(Wipe const&) = delete;
  Wipe& operator=(Wipe const&) = delete;
  ~Wipe();

 private:
  std::string& text_;
};

/// Writes to standard output. Throws `Failure` when that does not take it.
void print(std::string_view text);

/// One sentence for the person, on standard error, safe for the terminal.
void tell(std::string_view sentence);

}  // namespace authjwt::cli
