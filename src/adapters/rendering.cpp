#include "adapters/rendering.hpp"

#include "base/printable.hpp"

#include <authjwt/auth/challenge.hpp>

#include <boost/core/demangle.hpp>

#include <exception>
#include <iterator>
#include <optional>
#include <string>
#include <typeinfo>
#include <utility>

namespace authjwt::detail {
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

http::Answer refusal_of(Authority const& authority, Error const& error) {
  http::Answer answer = http::detail_answer(error.status_code(), json::value(error.message()));
  if (std::optional<std::string> value = challenge(authority.settings(), error)) {
    answer.headers.emplace_back("WWW-Authenticate", std::move(*value));
  }
  if (answer.status == 503) answer.headers.emplace_back("Retry-After", "1");
  return answer;
}

/// The answer that an exception stands for. Throws on for those that stand for none.
http::Answer answer_of(Authority const& authority, std::exception_ptr const& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (AuthJWTException const& e) {
    return refusal_of(authority, e.error());
  } catch (http::HTTPException const& e) {
    return e.answer();
  } catch (http::RequestValidationError const& e) {
    return e.answer();
  }
}

}  // namespace

http::RenderedAnswer rendered(http::Answer answer, AuthJWT& authorize, http::CollectedHeaders& collected) {
  if (answer.status < 400) authorize.refresh_implicitly();
  auto& headers = collected.headers();
  answer.headers.insert(answer.headers.end(), std::move_iterator{headers.begin()}, std::move_iterator{headers.end()});
  return http::render(std::move(answer));
}

http::RenderedAnswer rendered_exception(Authority const& authority, std::string_view route) noexcept {
  try {
    return http::render(answer_of(authority, std::current_exception()));
  } catch (std::exception const& e) {
    log_failure(authority, route, typeid(e).name(), e.what());
  } catch (...) {
    log_failure(authority, route, nullptr, "something that is no std::exception");
  }
  return http::rendered_error(500);
}

}  // namespace authjwt::detail
