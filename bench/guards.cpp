#include "fixture.hpp"
#include "measurements.hpp"

#include <authjwt/testing/fake_http.hpp>

#include <string_view>
#include <vector>

namespace authjwt::bench {
namespace {

using testing::FakeRequest;

/// Everything a guard does for one request.
bool let_in(benchmark::State& state, AuthJWT& authorize) {
  if (authorize.try_jwt_required().has_value()) return true;
  state.SkipWithError("the guard refused");
  return false;
}

constexpr std::size_t kRemembered = 16'384;

void guard_with(benchmark::State& state, Authority const& authority, std::string_view token) {
  FakeRequest const request = FakeRequest::with_bearer(token);
  for (auto _ : state) {
    AuthJWT authorize{authority, request};
    if (!let_in(state, authorize)) break;
  }
}

void guard(benchmark::State& state, Algorithm algorithm) {
  guard_with(state, authority(algorithm), page_token(algorithm));
}

/// One token that comes again and again.
void guard_of_known(benchmark::State& state, Algorithm algorithm) {
  guard_with(state, authority(algorithm, kRemembered), page_token(algorithm));
}

void guard_with_revocations(benchmark::State& state) {
  guard_with(state, authority_with_revocations(), page_token(Algorithm::HS256));
}

void guard_and_claims(benchmark::State& state) {
  FakeRequest const request = FakeRequest::with_bearer(page_token(Algorithm::HS256));
  for (auto _ : state) {
    AuthJWT authorize{authority(Algorithm::HS256), request};
    if (!let_in(state, authorize)) break;
    benchmark::DoNotOptimize(authorize.get_raw_jwt()->at("foo"));
  }
}

/// No two requests with the same token until all have had their turn.
void guard_of_many(benchmark::State& state) {
  constexpr std::size_t kTokens = 1024;
  std::vector<FakeRequest> requests;
  for (std::size_t i = 0; i < kTokens; ++i) requests.push_back(FakeRequest::with_bearer(page_token(Algorithm::HS256)));
  std::size_t next = 0;
  for (auto _ : state) {
    AuthJWT authorize{authority(Algorithm::HS256), requests[next++ % kTokens]};
    if (!let_in(state, authorize)) break;
  }
}

/// Signatures are remembered, and no token comes again before it is forgotten.
void guard_of_new(benchmark::State& state, Algorithm algorithm) {
  constexpr std::size_t kFew = 16;
  std::vector<FakeRequest> requests;
  for (std::size_t i = 0; i < 16 * kFew; ++i) requests.push_back(FakeRequest::with_bearer(page_token(algorithm)));
  std::size_t next = 0;
  for (auto _ : state) {
    AuthJWT authorize{authority(algorithm, kFew), requests[next++ % requests.size()]};
    if (!let_in(state, authorize)) break;
  }
}

void create(benchmark::State& state, Algorithm algorithm) {
  AuthJWT const authorize{authority(algorithm)};
  for (auto _ : state) {
    benchmark::DoNotOptimize(authorize.create_access_token("test", {.user_claims = {{"foo", {"fiz", "baz"}}}}));
  }
}

}  // namespace

std::vector<Measurement> guards() {
  return {
      {"GuardHS256", "HmacFloor", [](benchmark::State& state) { guard(state, Algorithm::HS256); }},
      {"GuardHS256Claims", "HmacFloor", guard_and_claims},
      {"GuardHS256Many", "HmacFloor", guard_of_many},
      {"GuardRS256", "VerifyFloorRS256", [](benchmark::State& state) { guard(state, Algorithm::RS256); }},
      {"GuardPS256", "VerifyFloorPS256", [](benchmark::State& state) { guard(state, Algorithm::PS256); }},
      {"GuardES384", "VerifyFloorES384", [](benchmark::State& state) { guard(state, Algorithm::ES384); }},
      {"GuardES256", "VerifyFloorES256", [](benchmark::State& state) { guard(state, Algorithm::ES256); }},
      {"GuardEdDSA", "VerifyFloorEdDSA", [](benchmark::State& state) { guard(state, Algorithm::EdDSA); }},
      {"GuardHS256Revoked", "HmacFloor", guard_with_revocations},
      {"KnownRS256", "GuardHS256", [](benchmark::State& state) { guard_of_known(state, Algorithm::RS256); }},
      {"KnownES256", "GuardHS256", [](benchmark::State& state) { guard_of_known(state, Algorithm::ES256); }},
      {"KnownEdDSA", "GuardHS256", [](benchmark::State& state) { guard_of_known(state, Algorithm::EdDSA); }},
      {"NewRS256", "GuardRS256", [](benchmark::State& state) { guard_of_new(state, Algorithm::RS256); }},
      {"NewES256", "GuardES256", [](benchmark::State& state) { guard_of_new(state, Algorithm::ES256); }},
      {"CreateHS256", "HmacFloor", [](benchmark::State& state) { create(state, Algorithm::HS256); }},
      {"CreateRS256", "SignFloorRS256", [](benchmark::State& state) { create(state, Algorithm::RS256); }},
      {"CreateES256", "SignFloorES256", [](benchmark::State& state) { create(state, Algorithm::ES256); }},
      {"CreateEdDSA", "SignFloorEdDSA", [](benchmark::State& state) { create(state, Algorithm::EdDSA); }},
  };
}

}  // namespace authjwt::bench
