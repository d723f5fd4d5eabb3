#include "base/printable.hpp"

#include <authjwt/adapters/endpoint.hpp>

#include <boost/core/demangle.hpp>

#include <iterator>
#include <string>
#include <typeinfo>

namespace authjwt {
namespace {

/// What a handler throws may hold what a stranger sent: it is logged as printable text. `type` may be null.
void log_failure(Authority const& authority, std::string_view route, char const* type, char const* what) noexcept {
  try {
    std::string const thrown = type == nullptr ? std::string{} : boost::core::demangle(type) + ": ";
    authority.log(LogLevel::error, std::string{route} + ": " + thrown + printable(what, 400));
  } catch (...) {
    authority.log(LogLevel::error, "a handler failed, and there is no memory to say how");
  }
}

/// The answer that an exception stands for. Throws on for those that stand for none.
http::Answer answer_of(std::exception_ptr const& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (AuthJWTException const& e) {
    return http::detail_answer(e.status_code(), json::value(e.message()));
  } catch (http::HTTPException const& e) {
    return e.answer();
  } catch (http::RequestValidationError const& e) {
    return e.answer();
  }
}

http::Answer call_endpoint(Authority const& authority, Endpoint const& endpoint, http::Request const& request,
                           std::string_view body) {
  http::CollectedHeaders collected;
  AuthJWT authorize{authority, request, collected};
  http::Answer answer = endpoint(request, body, authorize);
  auto& headers = collected.headers();
  answer.headers.insert(answer.headers.end(), std::move_iterator{headers.begin()}, std::move_iterator{headers.end()});
  return answer;
}

}  // namespace

http::RenderedAnswer answer_with(Authority const& authority, Endpoint const& endpoint, std::string_view route,
                                 http::Request const& request, std::string_view body) noexcept {
  try {
    try {
      return http::render(call_endpoint(authority, endpoint, request, body));
    } catch (...) {
      return http::render(answer_of(std::current_exception()));
    }
  } catch (std::exception const& e) {
    log_failure(authority, route, typeid(e).name(), e.what());
  } catch (...) {
    log_failure(authority, route, nullptr, "something that is no std::exception");
  }
  return http::rendered_error(500);
}

}  // namespace authjwt
