#pragma once

#include <authjwt/auth/rule.hpp>
#include <authjwt/auth/settings.hpp>
#include <authjwt/auth/token_from.hpp>
#include <authjwt/base/json.hpp>

#include <string_view>

/// What an OpenAPI 3.1 document says of the guards. Pure functions, thread-safe.
namespace authjwt {

/// The `components` with the `securitySchemes` of these settings: for access and for refresh tokens each a scheme for
/// every place of `token_location`, and of those that rules name `besides`.
///
///     AccessToken,  RefreshToken     the header: HTTP bearer, or an API key where it is not `Authorization: Bearer`
///     AccessCookie, RefreshCookie    the cookies
///     AccessCSRF,   RefreshCSRF      the header that goes with them, where `cookie_csrf_protect` is set
///     AccessJson,   RefreshJson      the member of the JSON body: HTTP bearer by name, since OpenAPI has no scheme for
///                                    it; the description says where the token is, and `openapi` tells the member
///     AccessQuery,  RefreshQuery     the parameter of the query string
[[nodiscard]] json::object openapi_security(Settings const& settings, Locations besides = {});

/// The `security` of an operation behind `rule`: one alternative for each place where its token may be, a cookie
/// together with its CSRF header where `method` is one of `csrf_methods`, with the scopes as roles; for an optional
/// rule the alternative of no token too; empty for a public one and for no other.
[[nodiscard]] json::array openapi_security(Settings const& settings, Rule const& rule, std::string_view method);

}  // namespace authjwt
