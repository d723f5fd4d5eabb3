#pragma once

/// The core in one include: no framework, no store engine, no network.
#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/auth/authority.hpp>
#include <authjwt/auth/exceptions.hpp>
#include <authjwt/auth/settings.hpp>
#include <authjwt/auth/token_options.hpp>
#include <authjwt/base/clock.hpp>
#include <authjwt/base/json.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/http/message.hpp>
#include <authjwt/jose/algorithm.hpp>
#include <authjwt/jose/key.hpp>
#include <authjwt/jose/key_set.hpp>
#include <authjwt/token/claims.hpp>
#include <authjwt/token/validator.hpp>
#include <authjwt/token/verified_token.hpp>
