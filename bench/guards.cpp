#include "fixture.hpp"
#include "measurements.hpp"

#include <authjwt/testing/fake_http.hpp>

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

void guard(benchmark::State& state, Algorithm algorithm) {
  FakeRequest const request = FakeRequest::with_bearer(page_token(algorithm));
  for (auto _ : state) {
    AuthJWT authorize{authority(algorithm), request};
    if (!let_in(state, authorize)) break;
  }
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

void create(benchmark::State& state) {
  AuthJWT const authorize{authority(Algorithm::HS256)};
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
      {"GuardES256", "VerifyFloorES256", [](benchmark::State& state) { guard(state, Algorithm::ES256); }},
      {"GuardEdDSA", "VerifyFloorEdDSA", [](benchmark::State& state) { guard(state, Algorithm::EdDSA); }},
      {"CreateHS256", "HmacFloor", create},
  };
}

}  // namespace authjwt::bench
