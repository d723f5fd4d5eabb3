#include <authjwt/auth/openapi.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace authjwt {
namespace {

Settings with_locations(std::vector<std::string> locations) {
  Settings settings;
  settings.token_location = std::move(locations);
  return settings;
}

std::string schemes(Settings const& settings) { return json::write(openapi_security(settings).at("securitySchemes")); }

std::string security(Settings const& settings, Rule const& rule, std::string_view method = "GET") {
  return json::write(json::value(openapi_security(settings, rule, method)));
}

TEST(OpenApiSecurity, a_header_is_http_bearer) {
  EXPECT_EQ(schemes({}), R"({"AccessToken":{"type":"http","scheme":"bearer","bearerFormat":"JWT"},)"
                         R"("RefreshToken":{"type":"http","scheme":"bearer","bearerFormat":"JWT"}})");
}

TEST(OpenApiSecurity, a_header_that_is_not_https_own_is_an_api_key) {
  for (Settings const& settings : {Settings{.header_name = "X-Token"}, Settings{.header_type = "JWT"},
                                   Settings{.header_type = ""}, Settings{.header_type = "bearer"}}) {
    json::object const all = openapi_security(settings);
    json::object const& scheme = all.at("securitySchemes").at("AccessToken").as_object();
    EXPECT_EQ(scheme.at("type"), "apiKey");
    EXPECT_EQ(scheme.at("in"), "header");
    EXPECT_EQ(scheme.at("name"), json::value(settings.header_name));
  }
}

TEST(OpenApiSecurity, cookies_have_their_csrf_header) {
  json::object const all = openapi_security(with_locations({"cookies"}));
  json::object const& found = all.at("securitySchemes").as_object();
  EXPECT_EQ(found.size(), 4U);
  EXPECT_EQ(found.at("AccessCookie").at("in"), "cookie");
  EXPECT_EQ(found.at("AccessCookie").at("name"), "access_token_cookie");
  EXPECT_EQ(found.at("RefreshCookie").at("name"), "refresh_token_cookie");
  EXPECT_EQ(found.at("AccessCSRF").at("in"), "header");
  EXPECT_EQ(found.at("AccessCSRF").at("name"), "X-CSRF-Token");
  EXPECT_TRUE(found.contains("RefreshCSRF"));
}

TEST(OpenApiSecurity, without_csrf_protection_there_is_no_csrf_header) {
  Settings settings = with_locations({"cookies"});
  settings.cookie_csrf_protect = false;
  EXPECT_FALSE(openapi_security(settings).at("securitySchemes").as_object().contains("AccessCSRF"));
  EXPECT_EQ(security(settings, Rule::access(), "POST"), R"([{"AccessCookie":[]}])");
}

TEST(OpenApiSecurity, places_that_rules_name_have_their_schemes_too) {
  json::object const all = openapi_security({}, Location::cookies);
  EXPECT_TRUE(all.at("securitySchemes").as_object().contains("AccessToken"));
  EXPECT_TRUE(all.at("securitySchemes").as_object().contains("AccessCookie"));
}

TEST(OpenApiSecurity, the_query_string_is_an_api_key) {
  json::object const all = openapi_security(with_locations({"query_string"}));
  EXPECT_EQ(all.at("securitySchemes").at("AccessQuery").at("in"), "query");
  EXPECT_EQ(all.at("securitySchemes").at("AccessQuery").at("name"), "jwt");
}

TEST(OpenApiSecurity, the_json_body_is_a_scheme_that_says_where_the_token_is) {
  Settings settings = with_locations({"json"});
  settings.refresh_json_key = "renewal";
  json::object const all = openapi_security(settings);
  json::object const& found = all.at("securitySchemes").as_object();
  EXPECT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at("AccessJson").at("description"),
            "Not in the header: the token is the member `access_token` of the JSON body");
  EXPECT_EQ(found.at("RefreshJson").at("description"),
            "Not in the header: the token is the member `renewal` of the JSON body");
  EXPECT_EQ(security(settings, Rule::access()), R"([{"AccessJson":[]}])");
  EXPECT_EQ(security(settings, Rule::optional()), R"([{"AccessJson":[]},{}])");
}

TEST(OpenApiSecurity, each_place_is_an_alternative_and_a_cookie_goes_with_its_csrf_header) {
  Settings const settings = with_locations({"query_string", "cookies", "headers", "json"});
  EXPECT_EQ(security(settings, Rule::access(), "GET"),
            R"([{"AccessToken":[]},{"AccessCookie":[]},{"AccessJson":[]},{"AccessQuery":[]}])");
  EXPECT_EQ(security(settings, Rule::fresh(), "POST"),
            R"([{"AccessToken":[]},{"AccessCookie":[],"AccessCSRF":[]},{"AccessJson":[]},{"AccessQuery":[]}])");
  EXPECT_EQ(security(settings, Rule::refresh(), "POST"),
            R"([{"RefreshToken":[]},{"RefreshCookie":[],"RefreshCSRF":[]},{"RefreshJson":[]},{"RefreshQuery":[]}])");
}

TEST(OpenApiSecurity, csrf_methods_decide_where_the_csrf_header_is_needed) {
  Settings settings = with_locations({"cookies"});
  settings.csrf_methods = {"*"};
  EXPECT_EQ(security(settings, Rule::access(), "GET"), R"([{"AccessCookie":[]}])");
  EXPECT_EQ(security(settings, Rule::access(), "REPORT"), R"([{"AccessCookie":[],"AccessCSRF":[]}])");
}

TEST(OpenApiSecurity, a_public_route_needs_nothing_and_an_optional_one_may_do_without) {
  EXPECT_EQ(security({}, Rule::public_()), "[]");
  EXPECT_EQ(security({}, Rule::optional()), R"([{"AccessToken":[]},{}])");
}

TEST(OpenApiSecurity, scopes_are_told) {
  EXPECT_EQ(security({}, Rule::scopes({"read", "write"})), R"([{"AccessToken":["read","write"]}])");
}

TEST(OpenApiSecurity, a_rule_with_places_of_its_own_has_those) {
  EXPECT_EQ(security(with_locations({"headers", "cookies"}), Rule::access().from(Location::headers), "POST"),
            R"([{"AccessToken":[]}])");
}

}  // namespace
}  // namespace authjwt
