#pragma once

#include <authjwt/base/secret.hpp>

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

/// Throws `Failure` where `write_file` would, as far as that can be seen beforehand.
void check_writable(std::string const& name, Existing existing);

/// Writes a new file: whole or not at all, readable by its owner alone or, as far as the umask lets it, by everybody.
/// `Existing::keep` refuses where anything has that name; `replace` takes the place of a regular file, whatever its
/// mode was, and refuses anything else. `-` is standard output. Throws `Failure`.
void write_file(std::string const& name, std::string_view bytes, Access access, Existing existing);

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
