#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

/// The head of a request as httplib is let see it. It belongs to adapters/httplib.hpp.
namespace authjwt::detail {

/// Reads the head of a request byte by byte, in memory of a fixed size. It ends with the first empty line. Malformed is
/// what httplib would drop where another server may not (RFC 9112 2.2, 5, 11.2): a line that does not end in CRLF, a CR
/// in a line, a line that begins with a blank, a blank in the name of a field, a field line without a colon, a
/// `Content-Length` or `Transfer-Encoding` without a value. And more than 80 KiB or 128 fields.
class HttplibHead {
 public:
  static constexpr std::size_t kMaxSize = std::size_t{80} * 1024;
  static constexpr std::size_t kMaxFields = 128;

  [[nodiscard]] bool is_over() const noexcept { return is_over_; }
  /// Stays so, and the head is never over.
  [[nodiscard]] bool is_malformed() const noexcept { return is_malformed_; }
  /// Whether `byte`, the next one, stands behind the colon of a field.
  bool take(char byte) noexcept {
    is_malformed_ = is_malformed_ || ++size_ > kMaxSize || !fits(byte);
    if (is_malformed_) return false;
    bool const is_of_value = is_behind_colon_;
    if (byte == '\n') {
      end_line();
    } else {
      add(byte);
    }
    return is_of_value;
  }

 private:
  [[nodiscard]] static bool is_blank(char byte) noexcept { return byte == ' ' || byte == '\t'; }
  [[nodiscard]] bool is_request_line() const noexcept { return lines_ == 0; }
  [[nodiscard]] bool is_name() const noexcept { return !is_request_line() && !is_behind_colon_; }

  [[nodiscard]] bool fits(char byte) const noexcept {
    bool const is_behind_cr = last_ == '\r';
    if (is_behind_cr || byte == '\n') return is_behind_cr && byte == '\n';
    if (byte == '\r') return may_end_line();
    if (is_blank(byte)) return !is_name() && line_size_ > 0;
    return line_size_ > 0 || lines_ <= kMaxFields;
  }
  [[nodiscard]] bool may_end_line() const noexcept {
    if (is_request_line() || line_size_ == 0) return true;
    std::string_view const name{name_.data(), std::min(name_size_, name_.size())};
    bool const is_framing = name_size_ == name.size() && (name == "content-length" || name == "transfer-encoding");
    return is_behind_colon_ && (has_value_ || !is_framing);
  }

  void add(char byte) noexcept {
    if (is_behind_colon_) {
      has_value_ = has_value_ || (!is_blank(byte) && byte != '\r');
    } else if (is_name() && byte == ':') {
      is_behind_colon_ = true;
    } else if (is_name()) {
      bool const is_upper = byte >= 'A' && byte <= 'Z';
      if (name_size_ < name_.size()) name_[name_size_] = static_cast<char>(is_upper ? byte + ('a' - 'A') : byte);
      ++name_size_;
    }
    last_ = byte;
    ++line_size_;
  }
  void end_line() noexcept {
    is_over_ = !is_request_line() && line_size_ == 1;
    ++lines_;
    line_size_ = name_size_ = 0;
    last_ = '\0';
    is_behind_colon_ = has_value_ = false;
  }

  std::size_t size_ = 0;
  std::size_t lines_ = 0;
  std::size_t line_size_ = 0;
  std::size_t name_size_ = 0;  // of the whole name; `name_` has its beginning
  std::array<char, 17> name_{};
  char last_ = '\0';
  bool is_behind_colon_ = false;
  bool has_value_ = false;
  bool is_over_ = false;
  bool is_malformed_ = false;
};

}  // namespace authjwt::detail
