#include "unit/support.hpp"

#include <authjwt/auth/auth_jwt.hpp>

#include <boost/describe/class.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using test::FakeRequest;
using test::outcome;
using test::Service;
using test::sign;

struct PageClaims {
  std::string sub;
  std::vector<std::string> foo;
  std::optional<int> level;
};
BOOST_DESCRIBE_STRUCT(PageClaims, (), (sub, foo, level))

/// A request with a token, and its handle.
struct Call {
  Call(Service const& service, std::string_view token)
      : request{FakeRequest::with_bearer(token)}, authorize{service.authority, request} {}

  FakeRequest request;
  AuthJWT authorize;
};

constexpr std::string_view kAccess = R"({"sub":"test","jti":"j","type":"access","fresh":false})";
constexpr std::string_view kFreshAccess = R"({"sub":"test","jti":"j","type":"access","fresh":true})";
constexpr std::string_view kRefresh = R"({"sub":"test","jti":"j","type":"refresh"})";

/// Outcomes of the four guards: required, optional, refresh, fresh.
std::vector<std::string> guards(Service const& service, std::string_view token) {
  return {outcome(Call{service, token}.authorize.try_jwt_required()),
          outcome(Call{service, token}.authorize.try_jwt_optional()),
          outcome(Call{service, token}.authorize.try_jwt_refresh_token_required()),
          outcome(Call{service, token}.authorize.try_fresh_jwt_required())};
}
using Outcomes = std::vector<std::string>;

bool shows_nothing(AuthJWT const& authorize) {
  return authorize.get_raw_jwt() == nullptr && authorize.get_jwt_subject() == std::nullopt &&
         !authorize.get_raw_jwt<PageClaims>().has_value();
}

// --- which token passes which guard
// -----------------------------------------------------------------------------------

TEST(AuthJwt, each_guard_lets_in_its_kind_of_token) {
  Service const service;
  EXPECT_EQ(guards(service, sign(kAccess)), (Outcomes{"ok", "ok", "refresh_token_required", "fresh_token_required"}));
  EXPECT_EQ(guards(service, sign(kFreshAccess)), (Outcomes{"ok", "ok", "refresh_token_required", "ok"}));
  EXPECT_EQ(guards(service, sign(kRefresh)),
            (Outcomes{"access_token_required", "access_token_required", "ok", "access_token_required"}));
}

TEST(AuthJwt, type_must_be_the_text) {
  Service const service;
  EXPECT_EQ(guards(service, sign(R"({"sub":"test"})")), (Outcomes(4, "missing_claim")));
  for (char const* type :
       {"1", "null", "true", R"(["access"])", R"("ACCESS")", R"("")", R"("access ")", R"({"access":1})"}) {
    EXPECT_EQ(
        guards(service, sign(R"({"sub":"test","fresh":true,"type":)" + std::string{type} + "}")),
        (Outcomes{"access_token_required", "access_token_required", "refresh_token_required", "access_token_required"}))
        << type;
  }
  EXPECT_EQ(guards(service, sign(R"({"type":"\u0061ccess","fresh":true})"))[0], "ok");
}

TEST(AuthJwt, fresh_must_be_the_literal_true) {
  Service const service;
  EXPECT_EQ(guards(service, sign(R"({"sub":"test","type":"access"})"))[3], "missing_claim");
  for (char const* fresh : {"false", "1", "null", R"("true")", "[true]", "{}", "1.0"}) {
    EXPECT_EQ(guards(service, sign(R"({"type":"access","fresh":)" + std::string{fresh} + "}"))[3],
              "fresh_token_required")
        << fresh;
  }
}

TEST(AuthJwt, issuer_is_demanded_by_required_and_fresh_alone) {
  Service const service{{.secret_key = test::kSecret, .decode_issuer = "me"}};
  EXPECT_EQ(guards(service, sign(R"({"type":"access","fresh":true,"iss":"you"})")),
            (Outcomes{"invalid_issuer", "ok", "refresh_token_required", "invalid_issuer"}));
  EXPECT_EQ(guards(service, sign(R"({"type":"access","fresh":true})")),
            (Outcomes{"missing_required_claim", "ok", "refresh_token_required", "missing_required_claim"}));
  EXPECT_EQ(guards(service, sign(R"({"type":"access","fresh":true,"iss":"me"})"))[0], "ok");
  EXPECT_EQ(guards(service, sign(R"({"type":"refresh"})"))[2], "ok");
}

TEST(AuthJwt, a_bad_token_is_refused_by_every_guard) {
  Service const service;
  EXPECT_EQ(guards(service, "a.b"), Outcomes(4, "not_enough_segments"));
  EXPECT_EQ(guards(service, sign(R"({"type":"access","exp":1})")), Outcomes(4, "expired"));
  EXPECT_EQ(guards(service, sign(kAccess) + "A"), Outcomes(4, "invalid_signature"));
  EXPECT_EQ(guards(service, ""), Outcomes(4, "malformed_header"));
}

TEST(AuthJwt, without_a_token_only_optional_lets_in_and_shows_nobody) {
  Service const service;
  FakeRequest const none;
  FakeRequest const empty{{{"Authorization", ""}}};
  for (FakeRequest const* request : {&none, &empty}) {
    AuthJWT authorize{service.authority, *request};
    EXPECT_EQ(outcome(authorize.try_jwt_required()), "missing_header");
    EXPECT_EQ(outcome(authorize.try_jwt_refresh_token_required()), "missing_header");
    EXPECT_EQ(outcome(authorize.try_fresh_jwt_required()), "missing_header");
    EXPECT_EQ(outcome(authorize.try_jwt_optional()), "ok");
    EXPECT_TRUE(shows_nothing(authorize));
  }
}

TEST(AuthJwt, optional_refuses_a_token_that_is_there_and_bad) {
  Service const service;
  for (char const* value : {"Bearer", "Basic dTpw", "Bearer a.b", "bearer a.b.c", " "}) {
    FakeRequest const request{{{"Authorization", value}}};
    EXPECT_NE(outcome(AuthJWT{service.authority, request}.try_jwt_optional()), "ok") << value;
  }
  FakeRequest const twice{{{"Authorization", ""}, {"Authorization", ""}}};
  EXPECT_EQ(outcome(AuthJWT{service.authority, twice}.try_jwt_optional()), "malformed_header");
}

TEST(AuthJwt, throwing_guards_throw_what_their_twins_return) {
  Service const service;
  Call access{service, sign(kAccess)};
  EXPECT_NO_THROW(access.authorize.jwt_required());
  EXPECT_NO_THROW(access.authorize.jwt_optional());
  EXPECT_THROW(access.authorize.jwt_refresh_token_required(), RefreshTokenRequired);
  EXPECT_THROW(access.authorize.fresh_jwt_required(), FreshTokenRequired);
  Call refresh{service, sign(kRefresh)};
  EXPECT_THROW(refresh.authorize.jwt_required(), AccessTokenRequired);
  EXPECT_THROW(refresh.authorize.jwt_optional(), AccessTokenRequired);
  FakeRequest const none;
  EXPECT_THROW((AuthJWT{service.authority, none}.jwt_required()), MissingTokenError);
}

// --- what can be read when
// --------------------------------------------------------------------------------------------

TEST(AuthJwt, shows_nothing_before_a_guard) {
  Service const service;
  Call const call{service, sign(kAccess)};
  EXPECT_TRUE(shows_nothing(call.authorize));
}

TEST(AuthJwt, shows_the_claims_after_a_guard) {
  Service const service;
  Call call{service, sign(kAccess)};
  call.authorize.jwt_required();
  ASSERT_NE(call.authorize.get_raw_jwt(), nullptr);
  EXPECT_EQ(json::write(*call.authorize.get_raw_jwt()), kAccess);
  EXPECT_EQ(call.authorize.get_jwt_subject(), Subject{"test"});
  EXPECT_EQ(call.authorize.get_raw_jwt(), call.authorize.get_raw_jwt()) << "built once";
}

TEST(AuthJwt, shows_nothing_after_a_guard_that_refused) {
  Service const service;
  Call call{service, sign(kAccess)};
  call.authorize.jwt_required();
  EXPECT_THROW(call.authorize.fresh_jwt_required(), FreshTokenRequired);
  EXPECT_TRUE(shows_nothing(call.authorize));
  call.authorize.jwt_optional();
  EXPECT_FALSE(shows_nothing(call.authorize)) << "and again after one that lets in";
  EXPECT_EQ(outcome(call.authorize.try_jwt_refresh_token_required()), "refresh_token_required");
  EXPECT_TRUE(shows_nothing(call.authorize));
}

TEST(AuthJwt, a_token_that_verifies_and_has_the_wrong_type_shows_nothing) {
  Service const service;
  Call call{service, sign(kRefresh)};
  EXPECT_EQ(outcome(call.authorize.try_jwt_required()), "access_token_required");
  EXPECT_TRUE(shows_nothing(call.authorize));
  EXPECT_EQ(outcome(call.authorize.try_jwt_optional()), "access_token_required");
  EXPECT_TRUE(shows_nothing(call.authorize));
}

TEST(AuthJwt, a_later_guard_checks_the_time_again) {
  Service service;
  Call call{service, sign(R"({"sub":"test","type":"access","exp":1700000010})")};
  EXPECT_EQ(outcome(call.authorize.try_jwt_required()), "ok");
  service.clock.advance(9s);
  EXPECT_EQ(outcome(call.authorize.try_jwt_required()), "ok");
  service.clock.advance(1s);
  EXPECT_EQ(outcome(call.authorize.try_jwt_required()), "expired");
  EXPECT_TRUE(shows_nothing(call.authorize));
  EXPECT_EQ(outcome(call.authorize.try_jwt_optional()), "expired");
  service.clock.advance(-1s);
  EXPECT_EQ(outcome(call.authorize.try_jwt_required()), "ok");
  EXPECT_EQ(call.authorize.get_jwt_subject(), Subject{"test"});
}

TEST(AuthJwt, a_later_guard_checks_the_issuer_that_the_first_did_not) {
  Service const service{{.secret_key = test::kSecret, .decode_issuer = "me"}};
  Call call{service, sign(R"({"sub":"test","type":"access","iss":"you"})")};
  EXPECT_EQ(outcome(call.authorize.try_jwt_optional()), "ok");
  EXPECT_EQ(outcome(call.authorize.try_jwt_required()), "invalid_issuer");
  EXPECT_TRUE(shows_nothing(call.authorize));
}

/// A request whose token changes under the handle.
class ChangingRequest final : public http::Request {
 public:
  std::string authorization;
  [[nodiscard]] std::string_view method() const override { return "GET"; }
  [[nodiscard]] http::HeaderValues header(std::string_view) const override {
    http::HeaderValues values;
    if (!authorization.empty()) values.push_back(authorization);
    return values;
  }
};

TEST(AuthJwt, what_was_remembered_of_one_token_is_never_said_of_another) {
  Service const service;
  ChangingRequest request;
  request.authorization.reserve(1'000);
  AuthJWT authorize{service.authority, request};
  request.authorization = "Bearer " + sign(R"({"sub":"one","type":"access"})");
  authorize.jwt_required();
  EXPECT_EQ(authorize.get_jwt_subject(), Subject{"one"});
  request.authorization = "";
  authorize.jwt_optional();
  EXPECT_TRUE(shows_nothing(authorize));
}

// Frameworks read the next request into the memory of the last one.
TEST(AuthJwt, a_token_that_is_overwritten_in_place_is_verified_again) {
  Service const service;
  ChangingRequest request;
  request.authorization = "Bearer " + sign(kAccess);
  AuthJWT authorize{service.authority, request};
  authorize.jwt_required();
  request.authorization.back() = request.authorization.back() == 'A' ? 'E' : 'A';
  EXPECT_EQ(outcome(authorize.try_jwt_required()), "invalid_signature");
  EXPECT_TRUE(shows_nothing(authorize));
}

TEST(AuthJwt, reading_a_token_where_there_is_none_throws) {
  Service const service;
  FakeRequest const nobody;
  AuthJWT authorize{service.authority, nobody};
  authorize.jwt_optional();
  EXPECT_THROW(static_cast<void>(authorize.get_raw_jwt()->at("sub")), std::logic_error);
  EXPECT_THROW(static_cast<void>(*authorize.get_raw_jwt()), std::logic_error);
  EXPECT_THROW(static_cast<void>(authorize.get_jwt_subject()->text()), std::logic_error);
  EXPECT_THROW(static_cast<void>(authorize.get_raw_jwt<PageClaims>()->sub), std::logic_error);
}

TEST(AuthJwt, is_the_handle_of_one_request_that_outlives_it) {
  static_assert(!std::is_move_constructible_v<AuthJWT> && !std::is_move_assignable_v<AuthJWT>);
  static_assert(!std::is_constructible_v<AuthJWT, Authority const&, FakeRequest>);
  static_assert(!std::is_constructible_v<AuthJWT, Authority>);
  static_assert(std::is_constructible_v<AuthJWT, Authority const&, FakeRequest const&>);
}

TEST(AuthJwt, a_guard_without_a_request_is_a_programmers_error) {
  Service const service;
  AuthJWT authorize{service.authority};
  EXPECT_THROW(authorize.jwt_required(), std::logic_error);
  EXPECT_THROW(authorize.jwt_optional(), std::logic_error);
  EXPECT_THROW(static_cast<void>(authorize.try_jwt_refresh_token_required()), std::logic_error);
  EXPECT_THROW(static_cast<void>(authorize.try_fresh_jwt_required()), std::logic_error);
  EXPECT_THROW(static_cast<void>(authorize.get_unverified_jwt_headers()), std::logic_error);
  EXPECT_TRUE(shows_nothing(authorize));
}

TEST(AuthJwt, takes_a_response_beside_the_request) {
  Service const service;
  FakeRequest const request = FakeRequest::with_bearer(sign(kAccess));
  testing::FakeResponse response;
  AuthJWT authorize{service.authority, request, response};
  EXPECT_EQ(outcome(authorize.try_jwt_required()), "ok");
  EXPECT_TRUE(response.headers.empty());
  EXPECT_EQ(&authorize.authority(), &service.authority);
}

// --- subject and claims
// -----------------------------------------------------------------------------------------------

TEST(AuthJwt, a_token_without_a_subject_passes_and_has_none_to_give) {
  Service const service;
  Call call{service, sign(R"({"type":"access"})")};
  call.authorize.jwt_required();
  EXPECT_EQ(outcome(call.authorize.try_get_jwt_subject()), "missing_claim");
  EXPECT_EQ(test::thrown<JWTDecodeError>([&] { return call.authorize.get_jwt_subject(); }), "Missing claim: sub");
}

TEST(AuthJwt, a_subject_of_another_type_is_an_error) {
  Service const service;
  for (char const* sub : {"true", "null", "1.5", "[]", "{}"}) {
    Call call{service, sign(R"({"type":"access","sub":)" + std::string{sub} + "}")};
    call.authorize.jwt_required();
    EXPECT_EQ(outcome(call.authorize.try_get_jwt_subject()), "invalid_claim") << sub;
  }
}

TEST(AuthJwt, integer_subjects_stay_integers) {
  Service const service;
  Call call{service, AuthJWT{service.authority}.create_access_token(7)};
  call.authorize.jwt_required();
  EXPECT_EQ(call.authorize.get_jwt_subject(), Subject{7});
  EXPECT_NE(call.authorize.get_jwt_subject(), Subject{"7"});
}

TEST(AuthJwt, a_handler_may_keep_a_claim_past_the_handle) {
  Service const service;
  std::string const word(200, 'w');
  json::value foo;
  json::object all;
  {
    Call call{service, sign(R"({"sub":"test","type":"access","foo":["fiz",")" + word + R"("]})")};
    call.authorize.jwt_required();
    foo = call.authorize.get_raw_jwt()->at("foo");
    json::value const copy = call.authorize.get_raw_jwt()->at("foo");
    all = json::object{{"foo", copy}};
  }
  std::jthread{[&foo] { foo.get_array().push_back("more"); }}.join();
  EXPECT_EQ(foo.at(1).get_string(), word);
  EXPECT_EQ(all.at("foo").at(1).get_string(), word);
}

TEST(AuthJwt, copy_of_a_claim_itself_outlives_the_handle) {
  Service const service;
  std::optional<Call> call{std::in_place, service,
                           sign(R"({"type":"access","foo":[")" + std::string(200, 'w') + R"("]})")};
  call->authorize.jwt_required();
  json::value const foo = call->authorize.get_raw_jwt()->at("foo");
  call.reset();
  EXPECT_EQ(foo.at(0).get_string(), std::string(200, 'w'));
}

TEST(AuthJwt, claims_are_read_into_ones_own_struct) {
  Service const service;
  Call call{service, sign(R"({"sub":"test","type":"access","foo":["fiz","baz"],"other":1})")};
  call.authorize.jwt_required();
  std::optional<PageClaims> const claims = call.authorize.get_raw_jwt<PageClaims>();
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->sub, "test");
  EXPECT_EQ(claims->foo, (std::vector<std::string>{"fiz", "baz"}));
  EXPECT_EQ(claims->level, std::nullopt);
}

TEST(AuthJwt, a_claim_that_does_not_fit_the_struct_is_named) {
  Service const service;
  for (auto const& [claims, message] :
       std::vector<std::pair<std::string, std::string>>{{R"("foo":"fiz")", "Invalid claim: foo"},
                                                        {R"("foo":[1])", "Invalid claim: foo.0"},
                                                        {R"("x":1)", "Invalid claim: foo"},
                                                        {R"("foo":[],"level":"high")", "Invalid claim: level"},
                                                        {R"("foo":[],"level":1e99)", "Invalid claim: level"}}) {
    Call call{service, sign(R"({"sub":"test","type":"access",)" + claims + "}")};
    call.authorize.jwt_required();
    EXPECT_EQ(test::thrown<JWTDecodeError>([&] { return call.authorize.get_raw_jwt<PageClaims>(); }), message)
        << claims;
  }
}

// --- tokens that are not the request's
// --------------------------------------------------------------------------------

TEST(AuthJwt, claims_and_jti_of_a_given_token_are_verified) {
  Service const service{{.secret_key = test::kSecret, .decode_audience = "api"}};
  AuthJWT const authorize{service.authority};
  auto both = [&](std::string_view token) {
    std::string const claims = test::thrown<JWTDecodeError>([&] { return authorize.get_raw_jwt(token); });
    EXPECT_EQ(test::thrown<JWTDecodeError>([&] { return authorize.get_jti(token); }), claims);
    return claims;
  };
  std::string const good = sign(R"({"aud":"api","jti":"j","type":"anything"})");
  EXPECT_EQ(authorize.get_jti(good), "j");
  EXPECT_EQ(authorize.get_raw_jwt(good).at("type"), "anything");
  EXPECT_EQ(both(sign(R"({"aud":"x","jti":"j"})")), "Invalid audience");
  EXPECT_EQ(both(sign(R"({"aud":"api","jti":"j","exp":1})")), "Signature has expired");
  EXPECT_EQ(both(good.substr(0, good.size() - 4) + "AAAA"), "Signature verification failed");
  EXPECT_THROW(static_cast<void>(authorize.get_jti("a.b")), InvalidHeaderError);
  EXPECT_THROW(static_cast<void>(authorize.get_raw_jwt("")), InvalidHeaderError);
}

TEST(AuthJwt, jti_of_a_token_without_one_is_an_error) {
  Service const service;
  AuthJWT const authorize{service.authority};
  EXPECT_EQ(test::thrown<JWTDecodeError>([&] { return authorize.get_jti(sign("{}")); }), "Missing claim: jti");
  EXPECT_EQ(test::thrown<JWTDecodeError>([&] { return authorize.get_jti(sign(R"({"jti":7})")); }),
            "Invalid claim: jti");
}

TEST(AuthJwt, reading_another_token_does_not_let_the_request_in) {
  Service const service;
  Call call{service, "a.b.c"};
  EXPECT_EQ(call.authorize.get_raw_jwt(sign(kAccess)).at("sub"), "test");
  EXPECT_TRUE(shows_nothing(call.authorize));
}

TEST(AuthJwt, unverified_headers_are_those_of_the_request_or_of_a_given_token) {
  Service const service;
  std::string const token = sign("{}", R"({"alg":"none","kid":"k","x":[1]})");
  EXPECT_EQ(json::write(Call{service, token}.authorize.get_unverified_jwt_headers()),
            R"({"alg":"none","kid":"k","x":[1]})");
  EXPECT_EQ(json::write(AuthJWT{service.authority}.get_unverified_jwt_headers(token)),
            R"({"alg":"none","kid":"k","x":[1]})");
  FakeRequest const none;
  EXPECT_THROW(static_cast<void>(AuthJWT{service.authority, none}.get_unverified_jwt_headers()), MissingTokenError);
  EXPECT_THROW(static_cast<void>(AuthJWT{service.authority}.get_unverified_jwt_headers("a.b")), InvalidHeaderError);
}

TEST(AuthJwt, unverified_headers_keep_to_the_limits_of_the_settings) {
  Service const service{{.secret_key = test::kSecret, .max_token_size = 256}};
  EXPECT_EQ(test::thrown<InvalidHeaderError>(
                [&] { return AuthJWT{service.authority}.get_unverified_jwt_headers(std::string(257, 'A')); }),
            "Token is larger than 256 bytes");
}

TEST(AuthJwt, the_limit_of_the_settings_holds_for_every_guard) {
  Service const service{{.secret_key = test::kSecret, .max_token_size = 256, .max_kid_size = 4}};
  EXPECT_EQ(guards(service, std::string(257, 'A')), Outcomes(4, "token_too_large"));
  EXPECT_EQ(guards(service, sign(kAccess, R"({"alg":"HS256","kid":"12345"})")), Outcomes(4, "kid_too_long"));
  EXPECT_EQ(guards(service, sign(kAccess, R"({"alg":"HS256","kid":"1234"})"))[0], "ok");
}

}  // namespace
}  // namespace authjwt
