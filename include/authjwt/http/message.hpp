#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace authjwt::http {

/// The values of one header field, in the order they came, without allocating. Only the first `kKept` are kept, but
/// all are counted: a field that may come once is refused when `size()` is not 1.
class HeaderValues {
 public:
  static constexpr std::size_t kKept = 8;

  void push_back(std::string_view value) noexcept {
    if (size_ < kKept) kept_[size_] = value;
    ++size_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// Precondition: `index < size()` and `index < kKept`.
  [[nodiscard]] std::string_view operator[](std::size_t index) const noexcept { return kept_[index]; }

 private:
  std::array<std::string_view, kKept> kept_{};
  std::size_t size_ = 0;
};

/// The view of a framework's request. An adapter implements it; nothing else of a framework is needed.
class Request {
 public:
  virtual ~Request() = default;
  /// "GET", "POST", ...
  [[nodiscard]] virtual std::string_view method() const = 0;
  /// All values of the field `name`, whose case does not matter (RFC 9110 5.1), one entry per field line.
  /// The views are valid as long as the request.
  [[nodiscard]] virtual HeaderValues header(std::string_view name) const = 0;
  /// What stands behind the `?` of the target, as it came; empty where there is none. The view is valid as long as the
  /// request.
  [[nodiscard]] virtual std::string_view query() const { return {}; }
  /// The body, once it has come whole; empty where there is none. The view is valid as long as the request.
  [[nodiscard]] virtual std::string_view body() const { return {}; }
};

/// Where headers of the answer go.
class Response {
 public:
  virtual ~Response() = default;
  /// Appends a field line; earlier lines of the same name stay (several `Set-Cookie`).
  virtual void add_header(std::string_view name, std::string_view value) = 0;
};

}  // namespace authjwt::http
