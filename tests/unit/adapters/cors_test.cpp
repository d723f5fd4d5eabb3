#include <authjwt/adapters/routes.hpp>
#include <authjwt/testing/fake_clock.hpp>
#include <authjwt/testing/fake_http.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

using testing::FakeRequest;

constexpr char kPage[] = "https://app.example.com";

std::vector<std::string> values(http::RenderedAnswer const& answer, std::string_view name) {
  std::vector<std::string> found;
  for (auto const& [header, value] : answer.headers) {
    if (header == name) found.push_back(value);
  }
  return found;
}

/// The one value of a field; nothing where it is not there, or there twice.
std::optional<std::string> value(http::RenderedAnswer const& answer, std::string_view name) {
  auto const all = values(answer, name);
  return all.size() == 1 ? std::optional{all[0]} : std::nullopt;
}

struct Service {
  explicit Service(std::vector<std::string> locations = {"headers"})
      : authority{
            Settings{.secret_key = "a secret of at least 32 bytes, for tests", .token_location = std::move(locations)},
            Hooks{.log = [](LogLevel, std::string_view) {}, .clock = &clock}} {
    routes.get("/x", Rule::access(), [] { return "in"; }).post("/x", Rule::access(), [] {});
    routes.add("OPTIONS", "/own", Rule::access(), [] {});
  }
  http::RenderedAnswer ask(std::string method, FakeRequest::Headers headers, std::string_view path = "/x") const {
    return routes.answer(FakeRequest{std::move(headers), std::move(method)}, path, {});
  }
  http::RenderedAnswer preflight(std::string origin, std::string_view path = "/x") const {
    return ask("OPTIONS", {{"Origin", std::move(origin)}, {"Access-Control-Request-Method", "POST"}}, path);
  }

  testing::FakeClock clock;
  Authority authority;
  Routes routes{authority, rules_required};
};

// --- preflights
// -------------------------------------------------------------------------------------------------------

TEST(Cors, a_preflight_needs_no_token) {
  Service const service;
  auto const answer = service.preflight(kPage);
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(answer.headers, (http::Headers{{"Allow", "GET, POST"}}));
}

TEST(Cors, options_without_both_fields_once_is_no_preflight) {
  Service const service;
  EXPECT_EQ(service.ask("OPTIONS", {}).status, 405);
  EXPECT_EQ(service.ask("OPTIONS", {{"Origin", kPage}}).status, 405);
  EXPECT_EQ(service.ask("OPTIONS", {{"Access-Control-Request-Method", "GET"}}).status, 405);
  EXPECT_EQ(
      service.ask("OPTIONS", {{"Origin", kPage}, {"Origin", kPage}, {"Access-Control-Request-Method", "GET"}}).status,
      405);
  EXPECT_EQ(value(service.ask("OPTIONS", {}), "Allow"), "GET, POST");
  EXPECT_EQ(service.ask("GET", {{"Origin", kPage}, {"Access-Control-Request-Method", "GET"}}).status, 401);
}

TEST(Cors, an_own_route_for_options_comes_first_and_is_guarded) {
  Service const service;
  EXPECT_EQ(service.preflight(kPage, "/own").status, 401);
}

TEST(Cors, a_preflight_of_an_unknown_path_is_404) {
  Service const service;
  EXPECT_EQ(service.preflight(kPage, "/y").status, 404);
}

TEST(Cors, a_listed_origin_is_told_what_it_may) {
  Service service;
  service.routes.allow_origins({"https://other.example.com", kPage},
                               {.max_age = std::chrono::hours{1}, .headers = {"X-Request-Id"}});
  auto const answer = service.preflight(kPage);
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(value(answer, "Access-Control-Allow-Origin"), kPage);
  EXPECT_EQ(value(answer, "Access-Control-Allow-Methods"), "GET, POST");
  EXPECT_EQ(value(answer, "Access-Control-Allow-Headers"), "Content-Type, Authorization, X-CSRF-Token, X-Request-Id");
  EXPECT_EQ(value(answer, "Access-Control-Max-Age"), "3600");
  EXPECT_EQ(value(answer, "Access-Control-Allow-Credentials"), std::nullopt);
  EXPECT_EQ(value(answer, "Vary"), "Origin");
}

TEST(Cors, an_unlisted_origin_is_told_nothing) {
  Service service;
  service.routes.allow_origins({kPage});
  for (std::string const origin :
       {"https://app.example.com.evil.test", "http://app.example.com", "https://app.example.com:444",
        "HTTPS://APP.EXAMPLE.COM", "null", "", "*", "https://app.example.com/"}) {
    for (auto const& answer : {service.preflight(origin), service.ask("GET", {{"Origin", origin}})}) {
      for (auto const& [name, text] : answer.headers) EXPECT_FALSE(name.starts_with("Access-Control")) << origin;
      EXPECT_EQ(value(answer, "Vary"), "Origin");
    }
  }
}

// --- answers
// ----------------------------------------------------------------------------------------------------------

TEST(Cors, errors_can_be_read_by_a_listed_origin_too) {
  Service service;
  service.routes.allow_origins({kPage}, {.exposed_headers = {"X-Total"}});
  FakeRequest::Headers const from_page{{"Origin", kPage}};
  for (auto const& answer :
       {service.ask("GET", from_page), service.ask("PUT", from_page), service.ask("GET", from_page, "/y")}) {
    EXPECT_GE(answer.status, 400);
    EXPECT_EQ(value(answer, "Access-Control-Allow-Origin"), kPage);
    EXPECT_EQ(value(answer, "Access-Control-Expose-Headers"), "X-Total");
    EXPECT_EQ(value(answer, "Access-Control-Allow-Methods"), std::nullopt);
  }
}

TEST(Cors, an_answer_depends_on_the_origin_even_where_none_was_sent) {
  Service service;
  EXPECT_TRUE(values(service.ask("GET", {}), "Vary").empty());
  service.routes.allow_origins({kPage});
  EXPECT_EQ(value(service.ask("GET", {}), "Vary"), "Origin");
  EXPECT_EQ(value(service.ask("GET", {}), "Access-Control-Allow-Origin"), std::nullopt);
}

TEST(Cors, two_origins_are_none) {
  Service service;
  service.routes.allow_origins({kPage});
  EXPECT_EQ(value(service.ask("GET", {{"Origin", kPage}, {"Origin", kPage}}), "Access-Control-Allow-Origin"),
            std::nullopt);
}

TEST(Cors, cookies_may_come_where_tokens_are_in_cookies) {
  Service service{{"headers", "cookies"}};
  service.routes.allow_origins({kPage});
  EXPECT_EQ(value(service.ask("GET", {{"Origin", kPage}}), "Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(value(service.preflight(kPage), "Access-Control-Allow-Credentials"), "true");
  service.routes.allow_origins({kPage}, {.credentials = false});
  EXPECT_EQ(value(service.ask("GET", {{"Origin", kPage}}), "Access-Control-Allow-Credentials"), std::nullopt);
}

TEST(Cors, every_origin_may_ask_where_no_cookie_comes_with_it) {
  Service service;
  service.routes.allow_origins({"*"});
  auto const answer = service.ask("GET", {{"Origin", "https://anyone.test"}});
  EXPECT_EQ(value(answer, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(value(answer, "Access-Control-Allow-Credentials"), std::nullopt);
}

TEST(Cors, what_cannot_be_allowed_is_told_when_it_is_said) {
  Service service{{"cookies"}};
  Routes& routes = service.routes;
  EXPECT_THROW(routes.allow_origins({"*"}), std::invalid_argument);
  EXPECT_THROW(routes.allow_origins({kPage, "*"}, {.credentials = true}), std::invalid_argument);
  EXPECT_NO_THROW(routes.allow_origins({"*"}, {.credentials = false}));
  for (char const* origin : {"", "null", "app.example.com", "https://app.example.com/", "https://App.example.com"}) {
    EXPECT_THROW(routes.allow_origins({origin}), std::invalid_argument) << origin;
  }
  EXPECT_THROW(routes.allow_origins({kPage}, {.headers = {"X Y"}}), std::invalid_argument);
  EXPECT_THROW(routes.allow_origins({kPage}, {.exposed_headers = {"a\r\nb"}}), std::invalid_argument);
  EXPECT_THROW(routes.allow_origins({kPage}, {.max_age = std::chrono::seconds{-1}}), std::invalid_argument);
}

TEST(Cors, a_field_that_is_named_twice_is_allowed_once) {
  Service service;
  service.routes.allow_origins({kPage}, {.headers = {"content-type", "authorization"}});
  EXPECT_EQ(value(service.preflight(kPage), "Access-Control-Allow-Headers"),
            "Content-Type, Authorization, X-CSRF-Token");
}

}  // namespace
}  // namespace authjwt
