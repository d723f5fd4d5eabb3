#pragma once

#include <authjwt/http/message.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace authjwt::testing {

/// A request made of plain strings. Header names match in any case, as HTTP demands.
class FakeRequest final : public http::Request {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  explicit FakeRequest(Headers headers = {}, std::string method = "GET")
      : headers_{std::move(headers)}, method_{std::move(method)} {}
  /// A request that carries `token` as the package's default setting expects it.
  [[nodiscard]] static FakeRequest with_bearer(std::string_view token) {
    return FakeRequest{{{"Authorization", "Bearer " + std::string{token}}}};
  }

  FakeRequest& set_query(std::string query) {
    query_ = std::move(query);
    return *this;
  }
  FakeRequest& set_body(std::string body) {
    body_ = std::move(body);
    return *this;
  }

  [[nodiscard]] std::string_view method() const override { return method_; }
  [[nodiscard]] std::string_view query() const override { return query_; }
  [[nodiscard]] std::string_view body() const override { return body_; }
  [[nodiscard]] http::HeaderValues header(std::string_view name) const override {
    http::HeaderValues values;
    for (auto const& [header, value] : headers_) {
      if (equal_ignoring_case(header, name)) values.push_back(value);
    }
    return values;
  }

 private:
  static bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
  }

  Headers headers_;
  std::string method_;
  std::string query_;
  std::string body_;
};

/// Collects the headers of an answer.
class FakeResponse final : public http::Response {
 public:
  void add_header(std::string_view name, std::string_view value) override { headers.emplace_back(name, value); }

  std::vector<std::pair<std::string, std::string>> headers;
};

}  // namespace authjwt::testing
