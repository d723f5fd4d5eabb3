// What cannot work is refused when the service starts, and `hardened()` asks for more.

#include "unit/support.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/revocation/memory_log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using test::FakeRequest;
using test::message;
using test::Service;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kAccepted = "nothing was thrown";

std::string start(Settings settings, Hooks hooks = {}) {
  return test::thrown<ConfigError>([&] { return Service{std::move(settings), std::move(hooks)}.log.size(); });
}
template <class Change>
std::string with(Change change) {
  Settings settings{.secret_key = test::kSecret, .token_location = {"cookies"}};
  change(settings);
  return start(std::move(settings));
}

// --- cookies
// --------------------------------------------------------------------------------------------------------

TEST(CookieSettings, names_paths_and_domain_are_what_http_allows) {
  EXPECT_EQ(with([](Settings& s) { s.access_cookie_key = "a b"; }),
            "authjwt_access_cookie_key is not a name that HTTP allows for a cookie");
  EXPECT_EQ(with([](Settings& s) { s.refresh_csrf_cookie_key = ""; }),
            "authjwt_refresh_csrf_cookie_key is not a name that HTTP allows for a cookie");
  EXPECT_EQ(with([](Settings& s) { s.refresh_cookie_path = "/; Secure"; }),
            "authjwt_refresh_cookie_path must begin with / and hold no blank, ; or ,");
  EXPECT_EQ(with([](Settings& s) { s.cookie_domain = "a;b"; }),
            "authjwt_cookie_domain must be a host name, as example.com");
  EXPECT_EQ(with([](Settings& s) { s.access_csrf_header_name = "X:Y"; }),
            "authjwt_access_csrf_header_name is not a name that HTTP allows for a header");
  EXPECT_EQ(with([](Settings& s) { s.cookie_max_age = -1s; }), "authjwt_cookie_max_age must be at least one second");
  EXPECT_EQ(with([](Settings& s) { s.cookie_max_age = 0s; }), "authjwt_cookie_max_age must be at least one second");
}

TEST(CookieSettings, samesite_is_one_of_three) {
  for (char const* good : {"strict", "lax"}) EXPECT_EQ(with([&](Settings& s) { s.cookie_samesite = good; }), kAccepted);
  for (char const* bad : {"", "Lax", "lax; Domain=x", "always"}) {
    EXPECT_EQ(with([&](Settings& s) { s.cookie_samesite = bad; }),
              "authjwt_cookie_samesite must be strict, lax or none");
  }
}

TEST(CookieSettings, host_and_secure_names_have_the_attributes_that_browsers_demand) {
  EXPECT_EQ(with([](Settings& s) { s.access_cookie_key = "__Host-a"; }),
            "authjwt_access_cookie_key: browsers keep __Host-a only with authjwt_cookie_secure");
  EXPECT_EQ(with([](Settings& s) { s.access_csrf_cookie_key = "__secure-a"; }),
            "authjwt_access_csrf_cookie_key: browsers keep __secure-a only with authjwt_cookie_secure");
  constexpr std::string_view kPath = "only with the path / and without authjwt_cookie_domain";
  auto host = [](auto change) {
    return with([&](Settings& s) {
      s.cookie_secure = true;
      s.refresh_cookie_key = "__Host-r";
      change(s);
    });
  };
  EXPECT_EQ(host([](Settings&) {}), kAccepted);
  EXPECT_THAT(host([](Settings& s) { s.refresh_cookie_path = "/r"; }), HasSubstr(kPath));
  EXPECT_THAT(host([](Settings& s) { s.cookie_domain = "example.com"; }), HasSubstr(kPath));
}

TEST(CookieSettings, two_cookies_are_not_one) {
  EXPECT_THAT(with([](Settings& s) { s.refresh_cookie_key = s.access_cookie_key; }), HasSubstr("have the same name"));
  EXPECT_THAT(with([](Settings& s) {
                s.refresh_cookie_key = s.access_cookie_key;
                s.refresh_cookie_path = "/refresh";
              }),
              HasSubstr("have the same name"))
      << "below /refresh browsers send both";
}

TEST(CookieSettings, csrf_methods_are_methods) {
  EXPECT_EQ(with([](Settings& s) { s.csrf_methods = {"get", "*"}; }), kAccepted);
  EXPECT_THAT(with([](Settings& s) { s.csrf_methods = {"POST, PUT"}; }), HasSubstr("authjwt_csrf_methods"));
}

TEST(CookieSettings, what_browsers_drop_and_what_protects_nothing_is_warned_about) {
  Settings settings{.secret_key = test::kSecret, .token_location = {"cookies"}, .cookie_samesite = "none"};
  settings.csrf_methods = {};
  Service const service{settings};
  EXPECT_THAT(service.log, ElementsAre(HasSubstr("browsers drop such cookies"), HasSubstr("no request is protected")));
}

TEST(CookieSettings, cookies_that_any_page_can_use_are_warned_about) {
  Settings settings{.secret_key = test::kSecret, .token_location = {"cookies"}, .cookie_csrf_protect = false};
  EXPECT_THAT(Service{settings}.log, ElementsAre(HasSubstr("every page can act as whoever looks at it")));
  settings.cookie_samesite = "lax";
  EXPECT_THAT(Service{settings}.log, IsEmpty());
}

TEST(CookieSettings, implicit_refresh_makes_sense) {
  EXPECT_EQ(with([](Settings& s) { s.implicit_refresh_within = 14min; }), kAccepted);
  EXPECT_THAT(with([](Settings& s) { s.implicit_refresh_within = 15min; }), HasSubstr("shorter than"));
  EXPECT_THAT(with([](Settings& s) { s.implicit_refresh_within = 0s; }), HasSubstr("at least one second"));
  EXPECT_THAT(with([](Settings& s) {
                s.implicit_refresh_within = 1min;
                s.access_token_expires = never;
              }),
              HasSubstr("shorter than"));
  EXPECT_THAT(with([](Settings& s) {
                s.implicit_refresh_within = 1min;
                s.implicit_refresh_cap = 0s;
              }),
              HasSubstr("authjwt_implicit_refresh_cap"));
  EXPECT_THAT(with([](Settings& s) {
                s.token_location = {"headers"};
                s.implicit_refresh_within = 1min;
              }),
              HasSubstr("needs \"cookies\""));
}

TEST(OtherSettings, denylist_types_and_origins_are_known_ones) {
  EXPECT_THAT(with([](Settings& s) { s.denylist_token_checks = {"acess"}; }), HasSubstr("\"access\" and \"refresh\""));
  for (char const* good :
       {"https://a.example", "http://127.0.0.1:8000", "http://[::1]:8000", "chrome-extension://abc"}) {
    EXPECT_EQ(with([&](Settings& s) { s.websocket_origins = {good}; }), kAccepted) << good;
  }
  for (char const* bad :
       {"*", "null", "a.example", "https://", "https://a.example/", "https://A.example", "https://a.example?x",
        "https://user@a.example", "://a", "https://*.a.example", "https://a b"}) {
    EXPECT_THAT(with([&](Settings& s) { s.websocket_origins = {bad}; }), HasSubstr("authjwt_websocket_origins")) << bad;
  }
}

TEST(OtherSettings, typ_of_access_tokens_is_not_that_of_all_others) {
  for (char const* bad : {"JWT", "jwt", "", "a b", "application/at+jwt"}) {
    EXPECT_THAT(with([&](Settings& s) { s.access_token_typ = bad; }), HasSubstr("authjwt_access_token_typ")) << bad;
  }
}

// --- hardened
// --------------------------------------------------------------------------------------------------------

Settings hardened() {
  Settings settings = Settings::hardened();
  settings.secret_key = test::kSecret;
  settings.encode_issuer = "https://issuer.example";
  return settings;
}

std::string refusal(Settings settings, Hooks hooks = {}) { return start(std::move(settings), std::move(hooks)); }

TEST(Hardened, starts_with_a_key_and_an_issuer_and_has_nothing_to_say) {
  Service const service{hardened()};
  EXPECT_THAT(service.log, IsEmpty());
  Settings without = hardened();
  without.encode_issuer.reset();
  EXPECT_THAT(refusal(without), HasSubstr("authjwt_always_check_issuer needs authjwt_encode_issuer"));
}

TEST(Hardened, refuses_to_start_with_what_is_warned_about_else) {
  Settings short_secret = hardened();
  short_secret.secret_key = "short";
  EXPECT_THAT(refusal(short_secret), HasSubstr("too short for HS256"));
  Settings open_cookies = hardened();
  open_cookies.token_location = {"cookies"};
  EXPECT_EQ(refusal(open_cookies), kAccepted);
  open_cookies.cookie_secure = false;
  EXPECT_THAT(refusal(open_cookies), HasSubstr("authjwt_cookie_secure"));
  Settings query = hardened();
  query.token_location = {"headers", "query_string"};
  EXPECT_THAT(refusal(query), HasSubstr("query_string"));
  EXPECT_THAT(refusal(hardened(), {.revocation_log = std::make_shared<MemoryLog>()}), HasSubstr("not durable"));
  Settings forever = hardened();
  forever.refresh_token_expires = never;
  EXPECT_THAT(refusal(forever), HasSubstr("authjwt_require_exp"));
}

std::string shown(Service const& service, std::string_view token) {
  FakeRequest const request = FakeRequest::with_bearer(token);
  AuthJWT authorize{service.authority, request};
  Result<void> const answer = authorize.try_jwt_required();
  return answer ? "ok" : std::to_string(answer.error().status_code()) + " " + answer.error().message();
}

constexpr std::string_view kClaims =
    R"({"sub":"test","type":"access","iss":"https://issuer.example","exp":1700000100})";

TEST(Hardened, every_token_that_is_not_good_is_401) {
  Service const service{hardened()};
  EXPECT_EQ(shown(service, AuthJWT{service.authority}.create_access_token("test")), "ok");
  EXPECT_EQ(shown(service, "a.b"), "401 Not enough segments");
  EXPECT_EQ(shown(service, test::sign(kClaims)), "401 Invalid typ header parameter");
  EXPECT_EQ(shown(service, AuthJWT{service.authority}.create_refresh_token("test")),
            "401 Only access tokens are allowed");
}

TEST(Hardened, typ_marks_access_tokens_and_no_others) {
  Service const service{hardened()};
  for (char const* typ : {"at+jwt", "AT+JWT", "application/at+jwt"}) {
    EXPECT_EQ(shown(service, test::sign(kClaims, R"({"alg":"HS256","typ":")" + std::string{typ} + "\"}")), "ok") << typ;
  }
  for (char const* header : {R"({"alg":"HS256"})", R"({"alg":"HS256","typ":"JWT"})", R"({"alg":"HS256","typ":1})",
                             R"({"alg":"HS256","typ":"application/application/at+jwt"})"}) {
    EXPECT_EQ(shown(service, test::sign(kClaims, header)), "401 Invalid typ header parameter") << header;
  }
  FakeRequest const request = FakeRequest::with_bearer(
      test::sign(R"({"sub":"test","type":"refresh","iss":"https://issuer.example","exp":1700000100})",
                 R"({"alg":"HS256","typ":"at+jwt"})"));
  AuthJWT authorize{service.authority, request};
  EXPECT_EQ(message(authorize.try_jwt_refresh_token_required()), "Invalid typ header parameter");
}

TEST(Hardened, exp_and_iss_are_demanded_by_every_guard) {
  Service const service{hardened()};
  constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"at+jwt"})";
  EXPECT_EQ(shown(service, test::sign(R"({"sub":"t","type":"access","iss":"https://issuer.example"})", kHeader)),
            "401 Token is missing the \"exp\" claim");
  FakeRequest const request = FakeRequest::with_bearer(test::sign(R"({"sub":"t","type":"refresh","exp":1700000100})"));
  AuthJWT authorize{service.authority, request};
  EXPECT_EQ(message(authorize.try_jwt_refresh_token_required()), "Token is missing the \"iss\" claim");
  EXPECT_EQ(test::claims_of(service, AuthJWT{service.authority}.create_refresh_token("test")).at("iss"),
            "https://issuer.example");
  EXPECT_THROW(static_cast<void>(AuthJWT{service.authority}.create_access_token("test", {.expires_time = never})),
               std::invalid_argument);
}

TEST(Hardened, cookies_are_host_cookies_and_csrf_covers_every_method_that_is_not_safe) {
  Settings const settings = Settings::hardened();
  EXPECT_TRUE(settings.access_cookie_key.starts_with("__Host-"));
  EXPECT_TRUE(settings.refresh_csrf_cookie_key.starts_with("__Host-"));
  EXPECT_TRUE(settings.cookie_secure);
  EXPECT_EQ(settings.cookie_samesite, "lax");
  EXPECT_THAT(settings.csrf_methods, ElementsAre("*"));
}

}  // namespace
}  // namespace authjwt
