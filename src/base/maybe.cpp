#include <authjwt/base/maybe.hpp>

#include <stdexcept>

namespace authjwt::detail {

void throw_nothing_there() {
  throw std::logic_error{"there is no token to read: no guard has let one in (after jwt_optional(), ask first)"};
}

}  // namespace authjwt::detail
