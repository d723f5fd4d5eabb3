#pragma once

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/auth/authority.hpp>
#include <authjwt/http/answer.hpp>

#include <string_view>

namespace authjwt::detail {

/// `answer`, rendered with the headers of `authorize`, whose cookie is renewed where it is a success. Throws as
/// `http::render` does.
[[nodiscard]] http::RenderedAnswer rendered(http::Answer answer, AuthJWT& authorize, http::CollectedHeaders& collected);

/// The answer that the exception being handled stands for; 500, and a line in the log, where it stands for none.
[[nodiscard]] http::RenderedAnswer rendered_exception(Authority const& authority, std::string_view route) noexcept;

}  // namespace authjwt::detail
