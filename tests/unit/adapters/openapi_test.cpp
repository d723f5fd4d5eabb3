#include <authjwt/adapters/openapi.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace authjwt {
namespace {

struct Credentials {
  std::string username;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(Credentials, (), (username, password))

struct TakesToken {
  std::string access_token;
};
BOOST_DESCRIBE_STRUCT(TakesToken, (), (access_token))

struct Service {
  explicit Service(Settings settings = {}) : authority{with_secret(std::move(settings))} {
    routes.post("/login", Rule::public_(), [](Credentials const&) {}).summary("Log in");
    routes.get("/claims", Rule::access(), [] {});
    routes.post("/claims", Rule::scopes({"write"}), [](Credentials const&, VerifiedToken const&) {});
    routes.post("/refresh", Rule::refresh(), [] {});
    routes.get("/own", [](AuthJWT&) {});
  }
  static Settings with_secret(Settings settings) {
    settings.secret_key = "a secret of at least 32 bytes, for tests";
    return settings;
  }
  json::value operation(std::string_view path, std::string_view method) const {
    return openapi(routes).at("paths").at(path).at(method);
  }

  Authority authority;
  Routes routes{authority};
};

std::vector<std::string> names(json::value const& object) {
  std::vector<std::string> all;
  for (auto const& member : object.as_object()) all.emplace_back(member.key());
  return all;
}

TEST(OpenApi, the_document_has_what_the_version_asks_for) {
  Service const service;
  json::object const document = openapi(service.routes, {.title = "Shop", .version = "2.1", .description = "Sells"});
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  EXPECT_EQ(json::write(document.at("info")), R"({"title":"Shop","version":"2.1","description":"Sells"})");
  EXPECT_EQ(names(document.at("paths")), (std::vector<std::string>{"/login", "/claims", "/refresh", "/own"}));
  EXPECT_EQ(names(document.at("paths").at("/claims")), (std::vector<std::string>{"get", "post"}));
  EXPECT_TRUE(document.at("components").at("securitySchemes").as_object().contains("AccessToken"));
}

TEST(OpenApi, it_can_be_answered_as_it_is) {
  Service const service;
  EXPECT_NO_THROW(static_cast<void>(http::render({.body = openapi(service.routes)})));
}

TEST(OpenApi, the_body_of_a_handler_is_told) {
  Service const service;
  json::value const login = service.operation("/login", "post");
  EXPECT_EQ(login.at("summary"), "Log in");
  EXPECT_EQ(login.at("requestBody").at("required"), true);
  EXPECT_EQ(json::write(login.at("requestBody").at("content").at("application/json").at("schema")),
            R"({"type":"object","properties":{"username":{"type":"string"},"password":{"type":"string"}},)"
            R"("required":["username","password"]})");
  EXPECT_FALSE(service.operation("/claims", "get").as_object().contains("requestBody"));
}

TEST(OpenApi, security_and_refusals_are_those_of_the_rule) {
  Service const service;
  auto const statuses = [&](auto path, auto method) { return names(service.operation(path, method).at("responses")); };
  using Statuses = std::vector<std::string>;
  EXPECT_EQ(json::write(service.operation("/login", "post").at("security")), "[]");
  EXPECT_EQ(statuses("/login", "post"), (Statuses{"200", "422"}));
  EXPECT_EQ(json::write(service.operation("/claims", "get").at("security")), R"([{"AccessToken":[]}])");
  EXPECT_EQ(statuses("/claims", "get"), (Statuses{"200", "401", "422"}));
  EXPECT_EQ(json::write(service.operation("/claims", "post").at("security")), R"([{"AccessToken":["write"]}])");
  EXPECT_EQ(statuses("/claims", "post"), (Statuses{"200", "401", "403", "422"}));
  EXPECT_EQ(json::write(service.operation("/refresh", "post").at("security")), R"([{"RefreshToken":[]}])");
}

TEST(OpenApi, a_handler_that_guards_itself_has_no_security) {
  Service const service;
  json::value const own = service.operation("/own", "get");
  EXPECT_FALSE(own.as_object().contains("security"));
  EXPECT_TRUE(own.at("description").as_string().starts_with("The handler guards itself"));
  EXPECT_FALSE(service.operation("/claims", "get").as_object().contains("description"));
  EXPECT_EQ(names(own.at("responses")), std::vector<std::string>{"200"});
}

TEST(OpenApi, a_bad_token_is_no_422_where_it_is_a_401) {
  Service const service{{.www_authenticate = true}};
  EXPECT_EQ(names(service.operation("/claims", "get").at("responses")), (std::vector<std::string>{"200", "401"}));
}

TEST(OpenApi, a_token_in_the_body_is_a_member_of_it) {
  Service service{{.token_location = {"json"}}};
  auto const properties = [&](auto path) {
    json::value const operation = service.operation(path, "post");
    return names(operation.at("requestBody").at("content").at("application/json").at("schema").at("properties"));
  };
  EXPECT_EQ(properties("/claims"), (std::vector<std::string>{"username", "password", "access_token"}));
  EXPECT_EQ(properties("/refresh"), (std::vector<std::string>{"refresh_token"}));
  EXPECT_EQ(properties("/login"), (std::vector<std::string>{"username", "password"}));
}

TEST(OpenApi, a_guarded_route_never_reads_as_public) {
  for (char const* location : {"headers", "cookies", "json", "query_string"}) {
    Service service{{.token_location = {location}}};
    service.routes.get("/optional", Rule::optional(), [] {});
    json::object const document = openapi(service.routes);
    for (auto const& [path, methods] : document.at("paths").as_object()) {
      for (auto const& [method, operation] : methods.as_object()) {
        json::value const* const security = operation.as_object().if_contains("security");
        bool const is_open = security != nullptr && security->as_array().empty();
        EXPECT_EQ(is_open, path == "/login") << location << ' ' << path;
      }
    }
  }
}

TEST(OpenApi, a_token_that_can_be_in_the_body_alone_is_required_there) {
  Service service{{.token_location = {"json"}}};
  service.routes.post("/optional", Rule::optional(), [] {});
  service.routes.post("/elsewhere", Rule::access().from({Location::headers, Location::json}), [] {});
  auto const body = [&](auto path) { return service.operation(path, "post").at("requestBody"); };
  auto const required = [&](auto path) {
    json::value const schema = body(path).at("content").at("application/json").at("schema");
    json::value const* const names = schema.as_object().if_contains("required");
    return names == nullptr ? "none" : json::write(*names);
  };
  EXPECT_EQ(required("/refresh"), R"(["refresh_token"])");
  EXPECT_EQ(required("/claims"), R"(["username","password","access_token"])");
  EXPECT_EQ(body("/refresh").at("required"), true);
  EXPECT_EQ(json::write(service.operation("/refresh", "post").at("security")), R"([{"RefreshJson":[]}])");
  for (char const* path : {"/optional", "/elsewhere"}) {
    EXPECT_EQ(required(path), "none") << path;
    EXPECT_EQ(body(path).at("required"), false) << path;
  }
}

TEST(OpenApi, a_member_that_the_handler_takes_too_is_told_once) {
  Service service{{.token_location = {"json"}}};
  service.routes.post("/renew", Rule::access(), [](TakesToken const&) {});
  json::value const operation = service.operation("/renew", "post");
  EXPECT_EQ(json::write(operation.at("requestBody").at("content").at("application/json").at("schema")),
            R"({"type":"object","properties":{"access_token":{"type":"string"}},"required":["access_token"]})");
}

TEST(OpenApi, places_that_one_rule_names_have_schemes) {
  Service service;
  service.routes.get("/cookie", Rule::access().from(Location::cookies), [] {});
  json::object const document = openapi(service.routes);
  EXPECT_EQ(json::write(service.operation("/cookie", "get").at("security")), R"([{"AccessCookie":[]}])");
  EXPECT_TRUE(document.at("components").at("securitySchemes").as_object().contains("AccessCookie"));
}

TEST(OpenApi, hidden_paths_and_methods_that_it_lacks_are_left_out) {
  Service service;
  service.routes.get("/docs", Rule::public_(), [] {}).add("PROPFIND", "/claims", Rule::public_(), [] {});
  json::object const document = openapi(service.routes, {.hidden_paths = {"/docs"}});
  EXPECT_FALSE(document.at("paths").as_object().contains("/docs"));
  EXPECT_EQ(names(document.at("paths").at("/claims")), (std::vector<std::string>{"get", "post"}));
}

TEST(OpenApi, a_summary_is_that_of_a_route) {
  Service const service;
  Routes none{service.authority};
  EXPECT_THROW(none.summary("of nothing"), std::logic_error);
}

}  // namespace
}  // namespace authjwt
