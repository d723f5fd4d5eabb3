#include <authjwt/auth/exceptions.hpp>
#include <authjwt/auth/settings.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

template <class Load>
std::string config_error(Load load) {
  try {
    static_cast<void>(load());
  } catch (ConfigError const& error) {
    return error.what();
  }
  return "no ConfigError";
}
/// A JSON object of one member. (Sums of texts make GCC 12 warn about its own library, -Wrestrict.)
std::string object_of(std::string_view name, std::string_view value) {
  return std::string{R"({")"}.append(name).append(R"(": )").append(value).append("}");
}
std::string prefixed(std::string_view name) { return std::string{"authjwt_"}.append(name); }
std::string json_error(std::string_view text) {
  return config_error([&] { return Settings::from_json(text); });
}

/// Variables of the environment for as long as it lives.
class Environment {
 public:
  explicit Environment(std::vector<std::pair<std::string, std::string>> variables) : variables_{std::move(variables)} {
    for (auto const& [name, value] : variables_) setenv(name.c_str(), value.c_str(), 1);
  }
  Environment(Environment const&) = delete;
  Environment& operator=(Environment const&) = delete;
  ~Environment() {
    for (auto const& [name, value] : variables_) unsetenv(name.c_str());
  }

 private:
  std::vector<std::pair<std::string, std::string>> variables_;
};
Settings from_variables(std::vector<std::pair<std::string, std::string>> variables) {
  Environment const environment{std::move(variables)};
  return Settings::from_environment();
}
std::string environment_error(std::vector<std::pair<std::string, std::string>> variables) {
  return config_error([&] { return from_variables(std::move(variables)); });
}

constexpr std::string_view kEverySetting = R"({
  "authjwt_secret_key": "s", "authjwt_public_key": "pub", "authjwt_private_key": "priv",
  "authjwt_token_location": ["headers", "cookies"], "authjwt_algorithm": "HS384",
  "authjwt_decode_algorithms": ["HS384", "HS512"], "authjwt_decode_leeway": 10, "authjwt_encode_issuer": "me",
  "authjwt_decode_issuer": "you", "authjwt_decode_audience": ["api", "web"], "authjwt_access_token_expires": 60,
  "authjwt_refresh_token_expires": false, "authjwt_denylist_enabled": true,
  "authjwt_denylist_token_checks": ["refresh"], "authjwt_header_name": "X-Token", "authjwt_header_type": "JWT",
  "authjwt_access_cookie_key": "ac", "authjwt_refresh_cookie_key": "rc", "authjwt_access_cookie_path": "/a",
  "authjwt_refresh_cookie_path": "/r", "authjwt_cookie_max_age": 3600, "authjwt_cookie_domain": "example.com",
  "authjwt_cookie_secure": true, "authjwt_cookie_samesite": "lax", "authjwt_cookie_csrf_protect": false,
  "authjwt_access_csrf_cookie_key": "acs", "authjwt_refresh_csrf_cookie_key": "rcs",
  "authjwt_access_csrf_cookie_path": "/ac", "authjwt_refresh_csrf_cookie_path": "/rc",
  "authjwt_access_csrf_header_name": "X-A", "authjwt_refresh_csrf_header_name": "X-R",
  "authjwt_csrf_methods": ["POST"], "authjwt_max_token_size": 1000, "authjwt_signature_cache_size": 0, "authjwt_max_kid_size": 20,
  "authjwt_allow_reserved_user_claims": true, "authjwt_query_string_name": "q", "authjwt_json_key": "a",
  "authjwt_refresh_json_key": "r", "authjwt_implicit_refresh_within": 30, "authjwt_implicit_refresh_cap": 7200,
  "authjwt_websocket_origins": ["https://a.example"], "authjwt_websocket_without_origin": true,
  "authjwt_www_authenticate": true, "authjwt_require_exp": true, "authjwt_access_token_typ": "at+jwt",
  "authjwt_always_check_issuer": true, "authjwt_strict": true})";

void expect_every_setting(Settings const& settings) {
  EXPECT_EQ(settings.secret_key.expose_secret(), "s");
  EXPECT_EQ(settings.public_key.expose_secret(), "pub");
  EXPECT_EQ(settings.private_key.expose_secret(), "priv");
  EXPECT_THAT(settings.token_location, ElementsAre("headers", "cookies"));
  EXPECT_EQ(settings.algorithm, "HS384");
  EXPECT_THAT(settings.decode_algorithms, ElementsAre("HS384", "HS512"));
  EXPECT_EQ(settings.decode_leeway, 10s);
  EXPECT_EQ(settings.encode_issuer, "me");
  EXPECT_EQ(settings.decode_issuer, "you");
  EXPECT_THAT(settings.decode_audience.names(), ElementsAre("api", "web"));
  EXPECT_EQ(settings.access_token_expires, Lifetime{60s});
  EXPECT_TRUE(settings.refresh_token_expires.is_never());
  EXPECT_TRUE(settings.denylist_enabled);
  EXPECT_THAT(settings.denylist_token_checks, ElementsAre("refresh"));
  EXPECT_EQ(settings.header_name, "X-Token");
  EXPECT_EQ(settings.header_type, "JWT");
  EXPECT_EQ(settings.access_cookie_key, "ac");
  EXPECT_EQ(settings.refresh_cookie_key, "rc");
  EXPECT_EQ(settings.access_cookie_path, "/a");
  EXPECT_EQ(settings.refresh_cookie_path, "/r");
  EXPECT_EQ(settings.cookie_max_age, 3600s);
  EXPECT_EQ(settings.cookie_domain, "example.com");
  EXPECT_TRUE(settings.cookie_secure);
  EXPECT_EQ(settings.cookie_samesite, "lax");
  EXPECT_FALSE(settings.cookie_csrf_protect);
  EXPECT_EQ(settings.access_csrf_cookie_key, "acs");
  EXPECT_EQ(settings.refresh_csrf_cookie_key, "rcs");
  EXPECT_EQ(settings.access_csrf_cookie_path, "/ac");
  EXPECT_EQ(settings.refresh_csrf_cookie_path, "/rc");
  EXPECT_EQ(settings.access_csrf_header_name, "X-A");
  EXPECT_EQ(settings.refresh_csrf_header_name, "X-R");
  EXPECT_THAT(settings.csrf_methods, ElementsAre("POST"));
  EXPECT_EQ(settings.max_token_size, 1000U);
  EXPECT_EQ(settings.signature_cache_size, 0U);
  EXPECT_EQ(settings.max_kid_size, 20U);
  EXPECT_TRUE(settings.allow_reserved_user_claims);
  EXPECT_EQ(settings.query_string_name, "q");
  EXPECT_EQ(settings.json_key, "a");
  EXPECT_EQ(settings.refresh_json_key, "r");
  EXPECT_EQ(settings.implicit_refresh_within, 30s);
  EXPECT_EQ(settings.implicit_refresh_cap, 7200s);
  EXPECT_THAT(settings.websocket_origins, ElementsAre("https://a.example"));
  EXPECT_TRUE(settings.websocket_without_origin);
  EXPECT_TRUE(settings.www_authenticate);
  EXPECT_TRUE(settings.require_exp);
  EXPECT_EQ(settings.access_token_typ, "at+jwt");
  EXPECT_TRUE(settings.always_check_issuer);
  EXPECT_TRUE(settings.strict);
}

// --- JSON
// -------------------------------------------------------------------------------------------------------------

TEST(SettingsFromJson, every_setting_reaches_its_own_field) {
  expect_every_setting(Settings::from_json(kEverySetting));
}

TEST(SettingsFromJson, an_empty_object_gives_the_defaults) {
  Settings const settings = Settings::from_json("{}");
  EXPECT_TRUE(settings.secret_key.empty());
  EXPECT_THAT(settings.token_location, ElementsAre("headers"));
  EXPECT_EQ(settings.algorithm, "HS256");
  EXPECT_EQ(settings.access_token_expires, Lifetime{15min});
  EXPECT_EQ(settings.refresh_token_expires, Lifetime{std::chrono::days{30}});
  EXPECT_THAT(settings.csrf_methods, ElementsAre("POST", "PUT", "PATCH", "DELETE"));
}

TEST(SettingsFromJson, names_are_taken_in_any_case) {
  EXPECT_EQ(Settings::from_json(R"({"AUTHJWT_Secret_KEY": "s"})").secret_key.expose_secret(), "s");
}

TEST(SettingsFromJson, an_object_is_read_as_its_text_is) {
  json::object const object{{"authjwt_algorithm", "HS512"}, {"authjwt_decode_leeway", 5U}};
  Settings const settings = Settings::from_json(object);
  EXPECT_EQ(settings.algorithm, "HS512");
  EXPECT_EQ(settings.decode_leeway, 5s);
}

TEST(SettingsFromJson, text_that_is_not_json_is_refused) {
  EXPECT_THAT(json_error("authjwt_secret_key=s"), HasSubstr("cannot be read as JSON"));
  EXPECT_THAT(json_error(""), HasSubstr("cannot be read as JSON"));
}

TEST(SettingsFromJson, json_that_is_not_an_object_is_refused) {
  for (std::string_view const text : {"[]", "null", "\"authjwt_secret_key\"", "1"}) {
    EXPECT_THAT(json_error(text), HasSubstr("one JSON object")) << text;
  }
}

TEST(SettingsFromJson, an_unknown_name_is_refused_with_the_nearest_known_one) {
  EXPECT_EQ(json_error(R"({"authjwt_secretkey": "s"})"),
            "unknown setting \"authjwt_secretkey\"; did you mean authjwt_secret_key?");
  EXPECT_THAT(json_error(R"({"authjwt_decode_algorithm": ["HS256"]})"), HasSubstr("authjwt_decode_algorithms?"));
  EXPECT_THAT(json_error(R"({"authjwt_blacklist_enabled": true})"), HasSubstr("authjwt_denylist_enabled?"));
}

TEST(SettingsFromJson, a_name_without_the_prefix_is_unknown_and_told_with_it) {
  EXPECT_EQ(json_error(R"({"secret_key": "s"})"), "unknown setting \"secret_key\"; did you mean authjwt_secret_key?");
}

TEST(SettingsFromJson, an_unknown_name_far_from_all_gets_no_guess) {
  EXPECT_EQ(json_error(R"({"authjwt_colour_of_the_sky": 1})"), "unknown setting \"authjwt_colour_of_the_sky\"");
  EXPECT_EQ(json_error(R"({"authjwt_": 1})"), "unknown setting \"authjwt_\"");
  EXPECT_EQ(json_error(R"({"": 1})"), "unknown setting \"\"");
  EXPECT_EQ(json_error(R"({"zz": 1})"), "unknown setting \"zz\"");
}

TEST(SettingsFromJson, an_unknown_name_cannot_write_to_the_terminal) {
  EXPECT_EQ(json_error(R"({"a\u001b[31m\u0085\"": 1})"), "unknown setting \"a?[31m??\"\"");
  std::string const error = json_error(object_of(std::string(10'000, 'x'), "1"));
  EXPECT_LT(error.size(), 200U);
  EXPECT_THAT(error, HasSubstr("xxx..."));
}

TEST(SettingsFromJson, a_name_given_twice_in_differing_case_is_refused) {
  EXPECT_EQ(json_error(R"({"authjwt_algorithm": "HS256", "AUTHJWT_ALGORITHM": "HS256"})"),
            "authjwt_algorithm is given twice, as authjwt_algorithm and as AUTHJWT_ALGORITHM");
}

TEST(SettingsFromJson, a_wrong_type_is_named_without_the_value) {
  struct Case {
    std::string_view value;
    std::string_view name;
    std::string_view must;
  };
  for (auto const& [value, name, must] : std::vector<Case>{
           {"4711", "authjwt_secret_key", "must be a text, and it is a whole number"},
           {R"(["4711"])", "authjwt_private_key", "must be a text, and it is a list"},
           {R"("4711")", "authjwt_token_location", "must be a list of texts, and it is a text"},
           {R"(["a", 4711])", "authjwt_csrf_methods", "must be a list of texts; an item of it is a whole number"},
           {R"({"4711": 1})", "authjwt_decode_audience", "must be a text or a list of texts, and it is an object"},
           {R"("4711")", "authjwt_cookie_secure", "must be true or false, and it is a text"},
           {"4711", "authjwt_cookie_secure", "must be true or false, and it is a whole number"},
           {R"("4711")", "authjwt_decode_leeway", "whole number from 0 to 10000000000, and it is a text"},
           {"true", "authjwt_decode_leeway", "and it is a truth value"},
           {R"("4711")", "authjwt_access_token_expires", "or false for never, and it is a text"},
           {"4711.5", "authjwt_access_token_expires", "and it is a number with a fraction or exponent"},
           {"4711.0", "authjwt_max_token_size", "must be bytes, a whole number"},
       }) {
    std::string const error = json_error(object_of(name, value));
    EXPECT_THAT(error, AllOf(StartsWith(name), HasSubstr(must), Not(HasSubstr("4711"))));
  }
}

TEST(SettingsFromJson, null_is_not_set_where_not_set_means_something) {
  Settings const settings = Settings::from_json(R"({
    "authjwt_secret_key": null, "authjwt_public_key": null, "authjwt_private_key": null,
    "authjwt_decode_algorithms": null, "authjwt_encode_issuer": null, "authjwt_decode_issuer": null,
    "authjwt_decode_audience": null, "authjwt_header_type": null, "authjwt_cookie_max_age": null,
    "authjwt_cookie_domain": null, "authjwt_cookie_samesite": null})");
  EXPECT_TRUE(settings.secret_key.empty());
  EXPECT_TRUE(settings.public_key.empty());
  EXPECT_TRUE(settings.private_key.empty());
  EXPECT_TRUE(settings.decode_algorithms.empty());
  EXPECT_FALSE(settings.encode_issuer);
  EXPECT_FALSE(settings.decode_issuer);
  EXPECT_TRUE(settings.decode_audience.empty());
  EXPECT_EQ(settings.header_type, "");
  EXPECT_FALSE(settings.cookie_max_age);
  EXPECT_FALSE(settings.cookie_domain);
  EXPECT_FALSE(settings.cookie_samesite);
}

TEST(SettingsFromJson, null_is_refused_where_only_the_default_could_be_meant) {
  for (std::string_view const name :
       {"token_location", "algorithm", "decode_leeway", "access_token_expires", "refresh_token_expires",
        "denylist_enabled", "denylist_token_checks", "header_name", "access_cookie_key", "cookie_secure",
        "cookie_csrf_protect", "csrf_methods", "max_token_size"}) {
    std::string const error = json_error(object_of(prefixed(name), "null"));
    EXPECT_THAT(error, AllOf(StartsWith(prefixed(name)), HasSubstr("it is null"),
                             HasSubstr("leave the setting out for its default")));
  }
}

TEST(SettingsFromJson, an_empty_header_type_means_no_type) {
  EXPECT_EQ(Settings::from_json(R"({"authjwt_header_type": ""})").header_type, "");
  EXPECT_EQ(Settings::from_json(R"({"authjwt_header_type": "  "})").header_type, "");
}

TEST(SettingsFromJson, any_other_empty_text_is_refused) {
  for (std::string_view const name :
       {"secret_key", "public_key", "private_key", "algorithm", "encode_issuer", "decode_issuer", "decode_audience",
        "header_name", "access_cookie_key", "cookie_domain", "cookie_samesite"}) {
    for (std::string_view const empty : {"\"\"", "\" \\t\""}) {
      EXPECT_THAT(json_error(object_of(prefixed(name), empty)), HasSubstr("is empty: give it a value, or leave it out"))
          << name;
    }
  }
}

TEST(SettingsFromJson, white_space_around_texts_is_taken_off) {
  Settings const settings =
      Settings::from_json(R"({"authjwt_secret_key": " s s\r\n", "authjwt_decode_algorithms": [" HS256 "]})");
  EXPECT_EQ(settings.secret_key.expose_secret(), "s s");
  EXPECT_THAT(settings.decode_algorithms, ElementsAre("HS256"));
}

TEST(SettingsFromJson, an_audience_is_a_text_or_a_list) {
  EXPECT_EQ(Settings::from_json(R"({"authjwt_decode_audience": "api"})").decode_audience, Audience("api"));
  EXPECT_EQ(Settings::from_json(R"({"authjwt_decode_audience": ["api"]})").decode_audience,
            Audience{std::vector<std::string>{"api"}});
}

TEST(SettingsFromJson, an_audience_of_nobody_is_refused) {
  EXPECT_THAT(json_error(R"({"authjwt_decode_audience": []})"), HasSubstr("is empty"));
}

TEST(SettingsFromJson, a_lifetime_is_seconds_or_false) {
  EXPECT_EQ(Settings::from_json(R"({"authjwt_access_token_expires": 1})").access_token_expires, Lifetime{1s});
  EXPECT_EQ(Settings::from_json(R"({"authjwt_access_token_expires": 10000000000})").access_token_expires,
            Lifetime{10'000'000'000s});
  EXPECT_TRUE(Settings::from_json(R"({"authjwt_access_token_expires": false})").access_token_expires.is_never());
}

TEST(SettingsFromJson, true_as_a_lifetime_is_refused) {
  EXPECT_THAT(json_error(R"({"authjwt_refresh_token_expires": true})"),
              AllOf(StartsWith("authjwt_refresh_token_expires"), HasSubstr("only accept value False (bool)")));
}

TEST(SettingsFromJson, numbers_out_of_range_are_refused) {
  for (std::string_view const member :
       {R"("authjwt_access_token_expires": 0)", R"("authjwt_access_token_expires": -1)",
        R"("authjwt_access_token_expires": 10000000001)", R"("authjwt_refresh_token_expires": 18446744073709551615)",
        R"("authjwt_decode_leeway": -1)", R"("authjwt_cookie_max_age": -1)", R"("authjwt_max_token_size": 0)",
        R"("authjwt_max_kid_size": -1)", R"("authjwt_max_token_size": 9223372036854775807)"}) {
    EXPECT_THAT(json_error(std::string{"{"}.append(member).append("}")), HasSubstr("a whole number from ")) << member;
  }
}

TEST(SettingsFromJson, a_leeway_of_zero_is_allowed) {
  EXPECT_EQ(Settings::from_json(R"({"authjwt_decode_leeway": 0})").decode_leeway, 0s);
}

TEST(SettingsFromJson, line_ends_written_as_two_characters_are_undone_in_pem_alone) {
  Settings const settings = Settings::from_json(R"({
    "authjwt_private_key": "-----BEGIN X-----\\nAA\n-----END X-----\\n",
    "authjwt_public_key": "C:\\new", "authjwt_secret_key": "-----BEGIN a\\nb"})");
  EXPECT_EQ(settings.private_key.expose_secret(), "-----BEGIN X-----\nAA\n-----END X-----\n");
  EXPECT_EQ(settings.public_key.expose_secret(), "C:\\new");
  EXPECT_EQ(settings.secret_key.expose_secret(), "-----BEGIN a\\nb");
}

// --- environment
// --------------------------------------------------------------------------------------------------------

TEST(SettingsFromEnvironment, every_setting_reaches_its_own_field) {
  expect_every_setting(from_variables({{"AUTHJWT_SECRET_KEY", "s"},
                                       {"AUTHJWT_PUBLIC_KEY", "pub"},
                                       {"AUTHJWT_PRIVATE_KEY", "priv"},
                                       {"AUTHJWT_TOKEN_LOCATION", "headers,cookies"},
                                       {"AUTHJWT_ALGORITHM", "HS384"},
                                       {"AUTHJWT_DECODE_ALGORITHMS", "HS384, HS512"},
                                       {"AUTHJWT_DECODE_LEEWAY", "10"},
                                       {"AUTHJWT_ENCODE_ISSUER", "me"},
                                       {"AUTHJWT_DECODE_ISSUER", "you"},
                                       {"AUTHJWT_DECODE_AUDIENCE", "api,web"},
                                       {"AUTHJWT_ACCESS_TOKEN_EXPIRES", "60"},
                                       {"AUTHJWT_REFRESH_TOKEN_EXPIRES", "false"},
                                       {"AUTHJWT_DENYLIST_ENABLED", "true"},
                                       {"AUTHJWT_DENYLIST_TOKEN_CHECKS", "refresh"},
                                       {"AUTHJWT_HEADER_NAME", "X-Token"},
                                       {"AUTHJWT_HEADER_TYPE", "JWT"},
                                       {"AUTHJWT_ACCESS_COOKIE_KEY", "ac"},
                                       {"AUTHJWT_REFRESH_COOKIE_KEY", "rc"},
                                       {"AUTHJWT_ACCESS_COOKIE_PATH", "/a"},
                                       {"AUTHJWT_REFRESH_COOKIE_PATH", "/r"},
                                       {"AUTHJWT_COOKIE_MAX_AGE", "3600"},
                                       {"AUTHJWT_COOKIE_DOMAIN", "example.com"},
                                       {"AUTHJWT_COOKIE_SECURE", "1"},
                                       {"AUTHJWT_COOKIE_SAMESITE", "lax"},
                                       {"AUTHJWT_COOKIE_CSRF_PROTECT", "0"},
                                       {"AUTHJWT_ACCESS_CSRF_COOKIE_KEY", "acs"},
                                       {"AUTHJWT_REFRESH_CSRF_COOKIE_KEY", "rcs"},
                                       {"AUTHJWT_ACCESS_CSRF_COOKIE_PATH", "/ac"},
                                       {"AUTHJWT_REFRESH_CSRF_COOKIE_PATH", "/rc"},
                                       {"AUTHJWT_ACCESS_CSRF_HEADER_NAME", "X-A"},
                                       {"AUTHJWT_REFRESH_CSRF_HEADER_NAME", "X-R"},
                                       {"AUTHJWT_CSRF_METHODS", "POST"},
                                       {"AUTHJWT_MAX_TOKEN_SIZE", "1000"},
                                       {"AUTHJWT_SIGNATURE_CACHE_SIZE", "0"},
                                       {"AUTHJWT_MAX_KID_SIZE", "20"},
                                       {"AUTHJWT_ALLOW_RESERVED_USER_CLAIMS", "TRUE"},
                                       {"AUTHJWT_QUERY_STRING_NAME", "q"},
                                       {"AUTHJWT_JSON_KEY", "a"},
                                       {"AUTHJWT_REFRESH_JSON_KEY", "r"},
                                       {"AUTHJWT_IMPLICIT_REFRESH_WITHIN", "30"},
                                       {"AUTHJWT_IMPLICIT_REFRESH_CAP", "7200"},
                                       {"AUTHJWT_WEBSOCKET_ORIGINS", "https://a.example"},
                                       {"AUTHJWT_WEBSOCKET_WITHOUT_ORIGIN", "true"},
                                       {"AUTHJWT_WWW_AUTHENTICATE", "true"},
                                       {"AUTHJWT_REQUIRE_EXP", "true"},
                                       {"AUTHJWT_ACCESS_TOKEN_TYP", "at+jwt"},
                                       {"AUTHJWT_ALWAYS_CHECK_ISSUER", "true"},
                                       {"AUTHJWT_STRICT", "true"}}));
}

TEST(SettingsFromEnvironment, other_variables_are_passed_over) {
  EXPECT_EQ(from_variables({{"AUTHJW", "x"}, {"MY_AUTHJWT_SECRET_KEY", "x"}, {"AUTHJWTX", "x"}}).algorithm, "HS256");
}

TEST(SettingsFromJson, a_duration_may_be_a_double_that_is_whole) {
  Settings const settings =
      Settings::from_json(R"({"authjwt_access_token_expires": 60.0, "authjwt_decode_leeway": 0.0})");
  EXPECT_EQ(settings.access_token_expires, Lifetime{60s});
  EXPECT_EQ(settings.decode_leeway, 0s);
}
TEST(SettingsFromEnvironment, variables_of_the_projects_own_tests_are_no_settings) {
  EXPECT_NO_THROW(static_cast<void>(from_variables(
      {{"AUTHJWT_VECTORS", "v"}, {"AUTHJWT_COMPAT", "c"}, {"AUTHJWT_BROWSER", "no"}, {"AUTHJWT_REPLACE_BOOST", "1"}})));
}
TEST(SettingsFromEnvironment, names_are_taken_in_any_case) {
  EXPECT_EQ(from_variables({{"authjwt_Secret_key", "s"}}).secret_key.expose_secret(), "s");
}

TEST(SettingsFromEnvironment, an_unknown_name_is_refused_with_the_nearest_known_one) {
  EXPECT_EQ(environment_error({{"AUTHJWT_SECRET", "hunter2"}}),
            "unknown setting \"AUTHJWT_SECRET\"; did you mean authjwt_secret_key?");
  EXPECT_EQ(environment_error({{"AUTHJWT_HEADER_TYP", "x"}}),
            "unknown setting \"AUTHJWT_HEADER_TYP\"; did you mean authjwt_header_type?");
}

TEST(SettingsFromEnvironment, a_name_given_twice_in_differing_case_is_refused) {
  EXPECT_THAT(environment_error({{"AUTHJWT_ALGORITHM", "HS256"}, {"authjwt_algorithm", "HS256"}}),
              AllOf(StartsWith("authjwt_algorithm is given twice"), HasSubstr("AUTHJWT_ALGORITHM")));
}

TEST(SettingsFromEnvironment, a_value_keeps_its_equals_signs) {
  EXPECT_EQ(from_variables({{"AUTHJWT_SECRET_KEY", "a=b=="}}).secret_key.expose_secret(), "a=b==");
}

TEST(SettingsFromEnvironment, wrong_values_are_named_without_the_value) {
  for (auto const& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"AUTHJWT_DECODE_LEEWAY", "4711s"},
                                                        {"AUTHJWT_DECODE_LEEWAY", "-4711"},
                                                        {"AUTHJWT_DECODE_LEEWAY", "+4711"},
                                                        {"AUTHJWT_DECODE_LEEWAY", "4711.0"},
                                                        {"AUTHJWT_DECODE_LEEWAY", "99999999999999994711"},
                                                        {"AUTHJWT_ACCESS_TOKEN_EXPIRES", "4711 6"},
                                                        {"AUTHJWT_ACCESS_TOKEN_EXPIRES", "-4711"},
                                                        {"AUTHJWT_ACCESS_TOKEN_EXPIRES", "0"},
                                                        {"AUTHJWT_ACCESS_TOKEN_EXPIRES", "true"},
                                                        {"AUTHJWT_COOKIE_SECURE", "4711"},
                                                        {"AUTHJWT_COOKIE_SECURE", "yes"},
                                                        {"AUTHJWT_MAX_TOKEN_SIZE", "0x4711"},
                                                        {"AUTHJWT_CSRF_METHODS", "4711,,GET"},
                                                        {"AUTHJWT_CSRF_METHODS", "4711,"},
                                                        {"AUTHJWT_CSRF_METHODS", ","},
                                                        {"AUTHJWT_TOKEN_LOCATION", "[\"4711\"]"}}) {
    EXPECT_THAT(environment_error({{name, value}}), AllOf(StartsWith(name), Not(HasSubstr("4711")))) << value;
  }
}

TEST(SettingsFromEnvironment, an_empty_variable_is_refused) {
  for (std::string const name :
       {"AUTHJWT_SECRET_KEY", "AUTHJWT_DECODE_ISSUER", "AUTHJWT_CSRF_METHODS", "AUTHJWT_DECODE_AUDIENCE"}) {
    EXPECT_EQ(environment_error({{name, " "}}), name + " is empty: give it a value, or leave it out");
  }
}

TEST(SettingsFromEnvironment, an_empty_header_type_means_no_type) {
  EXPECT_EQ(from_variables({{"AUTHJWT_HEADER_TYPE", ""}}).header_type, "");
}

TEST(SettingsFromEnvironment, pem_may_stand_on_one_line_with_line_ends_as_two_characters) {
  EXPECT_EQ(
      from_variables({{"AUTHJWT_PRIVATE_KEY", "-----BEGIN X-----\\nAA\\n-----END X-----"}}).private_key.expose_secret(),
      "-----BEGIN X-----\nAA\n-----END X-----");
}

}  // namespace
}  // namespace authjwt
