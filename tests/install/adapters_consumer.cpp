// Both adapters of the install tree in one program: their headers compile and their frameworks are linked.
#include <authjwt/adapters/httplib.hpp>
#include <authjwt/adapters/restinio.hpp>
#include <authjwt/authjwt.hpp>
#include <authjwt/testing/fake_http.hpp>

int main() {
  authjwt::Authority const authority{{.secret_key = "a secret of the install test, long enough"}};
  authjwt::testing::FakeRequest const request{{}, "GET"};
  authjwt::AuthJWT authorize{authority, request};
  return authorize.try_jwt_required().has_error() ? 0 : 1;
}
