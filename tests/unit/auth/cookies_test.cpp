// Cookies that carry tokens, and the CSRF value that goes with them.

#include "unit/support.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/testing/fake_http.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using test::FakeRequest;
using test::message;
using test::Service;
using ::testing::ElementsAre;
using testing::FakeResponse;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Settings cookie_settings() { return Settings{.secret_key = test::kSecret, .token_location = {"cookies"}}; }

/// A handle with a response, and the lines it wrote.
struct Answering {
  explicit Answering(Service const& service) : authorize{service.authority, request, response} {}
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (auto const& [name, line] : response.headers) lines.push_back(name + ": " + line);
    return lines;
  }

  FakeRequest request;
  FakeResponse response;
  AuthJWT authorize;
};

std::string csrf_of(Service const& service, std::string_view token) {
  return std::string{test::claims_of(service, token).at("csrf").as_string()};
}

// --- setting and unsetting
// --------------------------------------------------------------------------------------------------------

TEST(Cookies, the_token_is_for_the_browser_alone_and_its_csrf_value_for_the_page) {
  Service const service{cookie_settings()};
  Answering answer{service};
  std::string const token = answer.authorize.create_access_token("test");
  answer.authorize.set_access_cookies(token);
  EXPECT_THAT(answer.lines(), ElementsAre("Set-Cookie: access_token_cookie=" + token + "; HttpOnly; Path=/",
                                          "Set-Cookie: csrf_access_token=" + csrf_of(service, token) + "; Path=/"));
}

TEST(Cookies, max_age_of_the_call_wins_over_the_setting) {
  Settings settings = cookie_settings();
  settings.cookie_max_age = 3600s;
  settings.cookie_csrf_protect = false;
  Service const service{settings};
  Answering answer{service};
  std::string const token = answer.authorize.create_refresh_token("test");
  answer.authorize.set_refresh_cookies(token);
  answer.authorize.set_refresh_cookies(token, 60s);
  EXPECT_THAT(answer.lines(), ElementsAre(HasSubstr("; Max-Age=3600;"), HasSubstr("; Max-Age=60;")));
  EXPECT_EQ(test::thrown<std::invalid_argument>([&] { return answer.authorize.set_refresh_cookies(token, 0s), 0; }),
            "max_age must be at least one second");
}

TEST(Cookies, another_response_may_be_given) {
  Service const service{cookie_settings()};
  FakeResponse response;
  AuthJWT authorize{service.authority};
  authorize.set_access_cookies(authorize.create_access_token("test"), response);
  authorize.unset_jwt_cookies(response);
  EXPECT_EQ(response.headers.size(), 6U);
  EXPECT_EQ(test::thrown<std::logic_error>([&] { return authorize.unset_jwt_cookies(), 0; }),
            "this AuthJWT was made without a response; give one to the call");
}

TEST(Cookies, deletion_repeats_the_attributes_without_which_browsers_keep_the_cookie) {
  Settings settings = cookie_settings();
  settings.cookie_secure = true;
  settings.cookie_samesite = "strict";
  settings.access_cookie_key = "__Host-a";
  Service const service{settings};
  Answering answer{service};
  answer.authorize.unset_access_cookies();
  EXPECT_THAT(answer.lines(),
              ElementsAre("Set-Cookie: __Host-a=; HttpOnly; Max-Age=0; Path=/; SameSite=strict; Secure; "
                          "Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                          "Set-Cookie: csrf_access_token=; Max-Age=0; Path=/; SameSite=strict; Secure; "
                          "Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
}

TEST(Cookies, calls_without_the_location_are_a_mistake_of_the_program) {
  Service const service;
  Answering answer{service};
  std::string const token = answer.authorize.create_access_token("test");
  auto text = [](auto call) { return test::thrown<std::logic_error>([&] { return call(), 0; }); };
  EXPECT_EQ(text([&] { answer.authorize.set_access_cookies(token); }),
            "set_access_cookies() called without 'authjwt_token_location' configured to use cookies");
  EXPECT_THAT(text([&] { answer.authorize.set_refresh_cookies(token); }), StartsWith("set_refresh_cookies() called"));
  EXPECT_THAT(text([&] { answer.authorize.unset_access_cookies(); }), StartsWith("unset_access_cookies() called"));
  EXPECT_THAT(text([&] { answer.authorize.unset_jwt_cookies(); }), StartsWith("unset_access_cookies() called"));
}

TEST(Cookies, one_of_over_4096_bytes_is_an_error_that_names_the_largest_claim) {
  Service const service{cookie_settings()};
  Answering answer{service};
  auto with_size = [&](std::size_t size) {
    std::string const token = answer.authorize.create_access_token(
        "test", {.user_claims = {{"small", 1}, {"permissions", std::string(size, 'p')}, {"other", "x"}}});
    return token.size() + std::string_view{"access_token_cookie=; HttpOnly; Path=/"}.size();
  };
  // Base64 makes four characters of three bytes: the largest claim that fits is found by trying.
  std::size_t size = 2000;
  while (with_size(size + 1) <= 4096) ++size;
  auto set = [&](std::size_t claim) {
    return test::thrown<std::invalid_argument>([&] {
      answer.authorize.set_access_cookies(answer.authorize.create_access_token(
          "test", {.user_claims = {{"small", 1}, {"permissions", std::string(claim, 'p')}, {"other", "x"}}}));
      return 0;
    });
  };
  EXPECT_EQ(set(size), "nothing was thrown");
  EXPECT_EQ(answer.response.headers.size(), 2U);
  EXPECT_EQ(set(size + 1), "the cookie access_token_cookie would have " + std::to_string(with_size(size + 1)) +
                               " bytes; browsers drop what is over 4096; the largest claim is 'permissions'");
  EXPECT_EQ(answer.response.headers.size(), 2U) << "nothing of it was sent";
}

TEST(Cookies, a_token_of_the_other_type_or_none_is_refused_with_csrf_protection_and_without) {
  for (bool const csrf : {true, false}) {
    Settings settings = cookie_settings();
    settings.cookie_csrf_protect = csrf;
    Service const service{settings};
    Answering answer{service};
    std::string const refresh = answer.authorize.create_refresh_token("test");
    EXPECT_EQ(test::thrown<std::invalid_argument>([&] { return answer.authorize.set_access_cookies(refresh), 0; }),
              "this is no access token: its cookie would let nobody in");
    for (char const* bad : {"", "garbage", "a; Domain=evil.example", "a\r\nSet-Cookie: b=c", "a,b"}) {
      EXPECT_THROW(answer.authorize.set_access_cookies(bad), AuthJWTException) << bad;
    }
    EXPECT_THROW(answer.authorize.set_access_cookies(test::sign("{}", R"({"alg":"none"})")), AuthJWTException);
    EXPECT_TRUE(answer.response.headers.empty());
  }
}

TEST(Cookies, a_token_for_others_or_for_later_may_be_set) {
  Service const service{cookie_settings()};
  Answering answer{service};
  answer.authorize.set_access_cookies(answer.authorize.create_access_token("test", {.audience = "api"}));
  EXPECT_EQ(answer.response.headers.size(), 2U);
}

// --- guards
// --------------------------------------------------------------------------------------------------------

/// A request with the cookie of `token`, and `header` as the CSRF header; empty for none.
FakeRequest request_with(std::string const& token, std::string const& header, std::string method = "POST") {
  FakeRequest::Headers headers = {{"Cookie", "a=b; access_token_cookie=" + token}};
  if (!header.empty()) headers.emplace_back("X-CSRF-Token", header);
  return FakeRequest{headers, std::move(method)};
}

std::string guarded(Service const& service, FakeRequest const& request) {
  AuthJWT authorize{service.authority, request};
  return message(authorize.try_jwt_required());
}

TEST(Csrf, is_asked_of_unsafe_methods_alone) {
  Service const service{cookie_settings()};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  for (char const* method : {"GET", "HEAD", "OPTIONS"}) {
    EXPECT_EQ(guarded(service, request_with(token, "", method)), "ok") << method;
    EXPECT_EQ(guarded(service, request_with(token, "wrong", method)), "ok") << method;
  }
  for (char const* method : {"POST", "PUT", "PATCH", "DELETE", "post"}) {
    EXPECT_EQ(guarded(service, request_with(token, "", method)), "Missing CSRF Token") << method;
    EXPECT_EQ(guarded(service, request_with(token, csrf_of(service, token), method)), "ok") << method;
  }
}

TEST(Csrf, a_star_stands_for_every_method_that_is_not_safe) {
  Settings settings = cookie_settings();
  settings.csrf_methods = {"*"};
  Service const service{settings};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  for (char const* method : {"GET", "HEAD", "OPTIONS", "TRACE"}) {
    EXPECT_EQ(guarded(service, request_with(token, "", method)), "ok") << method;
  }
  for (char const* method : {"POST", "PROPFIND", "get", "X"}) {
    EXPECT_EQ(guarded(service, request_with(token, "", method)), "Missing CSRF Token") << method;
  }
}

TEST(Csrf, any_other_value_is_a_mismatch_whatever_its_length) {
  Service const service{cookie_settings()};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  std::string const csrf = csrf_of(service, token);
  for (std::string const& wrong :
       {csrf.substr(1), csrf + "x", std::string{"x"}, std::string(csrf.size(), 'x'), std::string(100'000, 'x'),
        csrf.substr(0, csrf.size() - 1) + "x", std::string{"\xC3\xBC"},
        csrf_of(service, AuthJWT{service.authority}.create_access_token("test"))}) {
    EXPECT_EQ(guarded(service, request_with(token, wrong)), "CSRF double submit tokens do not match");
  }
}

TEST(Csrf, a_header_that_comes_twice_is_none) {
  Service const service{cookie_settings()};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  std::string const csrf = csrf_of(service, token);
  FakeRequest const request{
      {{"Cookie", "access_token_cookie=" + token}, {"X-CSRF-Token", csrf}, {"X-CSRF-Token", csrf}}, "POST"};
  EXPECT_EQ(guarded(service, request), "Missing CSRF Token");
}

TEST(Csrf, the_log_alone_tells_which_cookie_and_which_header_were_expected) {
  Service const service{cookie_settings()};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  std::string const where =
      ": expected the value of the cookie csrf_access_token in the header X-CSRF-Token, beside "
      "the cookie access_token_cookie";
  static_cast<void>(guarded(service, request_with(token, "")));
  static_cast<void>(guarded(service, request_with(token, "wrong")));
  EXPECT_THAT(service.log, ElementsAre("Missing CSRF Token" + where, "CSRF double submit tokens do not match" + where));
}

constexpr char kPage[] = "https://app.example.com";

/// The request of a WebSocket with the cookie of `token`, and these `Origin` headers.
FakeRequest socket_with(std::string const& token, std::vector<std::string> const& origins) {
  FakeRequest::Headers headers = {{"Cookie", "access_token_cookie=" + token}};
  for (std::string const& origin : origins) headers.emplace_back("Origin", origin);
  return FakeRequest{headers};
}
Settings socket_settings() {
  Settings settings = cookie_settings();
  settings.websocket_origins = {kPage};
  return settings;
}

TEST(Csrf, the_log_tells_a_websocket_from_a_request) {
  Service const service{socket_settings()};
  FakeRequest const request = socket_with(AuthJWT{service.authority}.create_access_token("test"), {kPage});
  AuthJWT authorize{service.authority, request};
  EXPECT_FALSE(authorize.try_jwt_required(WebSocketCookies{}));
  EXPECT_THAT(service.log, ElementsAre(HasSubstr("csrf_access_token in the query of the WebSocket")));
}

TEST(Csrf, a_token_in_a_header_needs_none) {
  Settings settings = cookie_settings();
  settings.token_location = {"headers", "cookies"};
  Service const service{settings};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  FakeRequest const request{{{"Authorization", "Bearer " + token}, {"Cookie", "access_token_cookie=" + token}}, "POST"};
  EXPECT_EQ(guarded(service, request), "ok");
}

TEST(Csrf, a_signed_value_that_is_no_text_lets_nobody_in) {
  Service const service{cookie_settings()};
  for (char const* csrf : {"1", "null", "[]", "true"}) {
    std::string const token = test::sign(R"({"sub":"test","type":"access","csrf":)" + std::string{csrf} + "}");
    EXPECT_EQ(guarded(service, request_with(token, csrf)), "Invalid claim: csrf") << csrf;
  }
  EXPECT_EQ(guarded(service, request_with(test::sign(R"({"sub":"test","type":"access"})"), "x")),
            "Missing claim: csrf");
}

TEST(Csrf, nothing_can_be_read_after_a_refusal) {
  Service const service{cookie_settings()};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  FakeRequest const request = request_with(token, "wrong");
  AuthJWT authorize{service.authority, request};
  EXPECT_FALSE(authorize.try_jwt_required());
  EXPECT_EQ(authorize.get_raw_jwt(), nullptr);
  EXPECT_EQ(authorize.get_verified_token(), nullptr);
  EXPECT_FALSE(authorize.get_jwt_subject());
}

TEST(Csrf, an_optional_guard_refuses_a_cookie_without_its_value) {
  Service const service{cookie_settings()};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  FakeRequest const request = request_with(token, "");
  AuthJWT authorize{service.authority, request};
  EXPECT_EQ(message(authorize.try_jwt_optional()), "Missing CSRF Token");
}

TEST(Csrf, the_cookies_of_a_websocket_need_it_whatever_the_method) {
  Service const service{socket_settings()};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  FakeRequest const request = socket_with(token, {kPage});
  AuthJWT authorize{service.authority, request};
  EXPECT_EQ(message(authorize.try_jwt_required(WebSocketCookies{})), "Missing CSRF Token");
  EXPECT_EQ(message(authorize.try_jwt_required(WebSocketCookies{"x"})), "CSRF double submit tokens do not match");
  EXPECT_EQ(message(authorize.try_jwt_required(WebSocketCookies{csrf_of(service, token)})), "ok");
}

TEST(Csrf, the_cookies_of_a_websocket_count_for_listed_origins_alone) {
  Service const service{socket_settings()};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  std::string const csrf = csrf_of(service, token);
  auto const told = [&](std::vector<std::string> const& origins) {
    FakeRequest const request = socket_with(token, origins);
    AuthJWT authorize{service.authority, request};
    return message(authorize.try_jwt_required(WebSocketCookies{csrf}));
  };
  EXPECT_EQ(told({kPage}), "ok");
  EXPECT_EQ(told({"https://APP.example.com"}), "ok");
  for (std::vector<std::string> const& bad : {std::vector<std::string>{},
                                              {"null"},
                                              {""},
                                              {"https://evil.example"},
                                              {"https://app.example.com.evil.example"},
                                              {"http://app.example.com"},
                                              {"https://app.example.com/"},
                                              {kPage, kPage}}) {
    EXPECT_EQ(told(bad), "Origin not allowed");
  }
  EXPECT_THAT(service.log, ::testing::Contains(HasSubstr("refused for the header Origin (https://evil.example)")));
}

TEST(Csrf, without_an_origin_the_cookies_of_a_websocket_count_where_a_setting_says_so) {
  Settings settings = socket_settings();
  settings.websocket_without_origin = true;
  Service const service{settings};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  std::string const csrf = csrf_of(service, token);
  FakeRequest const without = socket_with(token, {});
  AuthJWT authorize{service.authority, without};
  EXPECT_EQ(message(authorize.try_jwt_required(WebSocketCookies{csrf})), "ok");
  FakeRequest const foreign = socket_with(token, {"https://evil.example"});
  AuthJWT refused{service.authority, foreign};
  EXPECT_EQ(message(refused.try_jwt_required(WebSocketCookies{csrf})), "Origin not allowed");
}

}  // namespace
}  // namespace authjwt
