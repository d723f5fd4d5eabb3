#include <authjwt/adapters/routes.hpp>

#include <algorithm>
#include <stdexcept>

namespace authjwt {
namespace {

bool is_method(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

}  // namespace

Routes& Routes::add_endpoint(std::string_view method, std::string_view path, Endpoint endpoint) {
  std::string name = std::string{method} + " " + std::string{path};
  if (!is_method(method)) throw std::invalid_argument{name + ": a method is written in capital letters"};
  if (!path.starts_with('/')) throw std::invalid_argument{name + ": a path begins with /"};
  if (path.find_first_of("?#") != std::string_view::npos) {
    throw std::invalid_argument{name + ": a path has no query and no fragment"};
  }
  auto& [routes, allow] = paths_[std::string{path}];
  if (std::ranges::find(routes, method, &Route::method) != routes.end()) {
    throw std::invalid_argument{name + ": there already"};
  }
  routes.push_back({std::string{method}, std::move(name), std::move(endpoint)});
  allow += (allow.empty() ? "" : ", ") + std::string{method};
  return *this;
}

http::RenderedAnswer Routes::answer(http::Request const& request, std::string_view path,
                                    std::string_view body) const noexcept {
  try {
    auto const found = paths_.find(path);
    if (found == paths_.end()) return http::rendered_error(404);
    auto const& [routes, allow] = found->second;
    auto const route = std::ranges::find(routes, request.method(), &Route::method);
    if (route != routes.end()) return answer_with(*authority_, route->endpoint, route->name, request, body);
    http::RenderedAnswer answer = http::rendered_error(405);
    answer.headers.emplace_back("Allow", allow);
    return answer;
  } catch (...) {
    authority_->log(LogLevel::error, "a request could not be answered");
    return http::rendered_error(500);
  }
}

}  // namespace authjwt
