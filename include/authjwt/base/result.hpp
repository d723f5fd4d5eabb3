#pragma once

#include <authjwt/base/error.hpp>

#include <boost/system/result.hpp>

namespace authjwt {

/// A value or an `Error`. `.value()` throws the exception class of the error.
/// Boost 1.81's result is not `[[nodiscard]]` itself, so every function that returns one is marked
/// (tests/unit/source_rules_test.cpp looks): a guard whose answer is dropped would open a route.
template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace authjwt
