// Strict JSON beside Boost's own reader: what is accepted here is accepted there and means the same, and is written
// back.
#include "fuzz/fuzz.hpp"

#include <boost/json/parse.hpp>

#include <cmath>

namespace authjwt::fuzz {
namespace {

bool same(json::value const& ours, json::value const& theirs);

/// Boost 1.81 rounds some doubles wrongly, by the last bits, and takes `0e400` for no number: that is why there is a
/// reader of our own.
bool same_number(double ours, double theirs) {
  if (!std::isfinite(theirs)) return ours == 0;
  return ours == theirs || std::fabs(ours - theirs) <= 1e-12 * std::fabs(ours) || std::fabs(ours - theirs) < 1e-300;
}

bool same_objects(json::object const& ours, json::object const& theirs) {
  if (ours.size() != theirs.size()) return false;
  for (auto const& [name, value] : ours) {
    json::value const* other = theirs.if_contains(name);
    if (other == nullptr || !same(value, *other)) return false;
  }
  return true;
}

bool same_arrays(json::array const& ours, json::array const& theirs) {
  if (ours.size() != theirs.size()) return false;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (!same(ours[i], theirs[i])) return false;
  }
  return true;
}

bool same(json::value const& ours, json::value const& theirs) {
  if (ours.is_double()) return theirs.is_number() && same_number(ours.get_double(), theirs.to_number<double>());
  if (ours.kind() != theirs.kind()) return false;
  if (ours.is_object()) return same_objects(ours.get_object(), theirs.get_object());
  if (ours.is_array()) return same_arrays(ours.get_array(), theirs.get_array());
  return ours == theirs;
}

}  // namespace

void run(std::string_view input) {
  Result<json::value> const ours = json::read(input);
  if (!ours) return;
  boost::system::error_code error;
  json::value const theirs = boost::json::parse({input.data(), input.size()}, error);
  require(!error, "Boost accepts what we accept");
  require(same(*ours, theirs), "and reads the same");

  std::string const text = json::write(*ours);
  Result<json::value> const again = json::read(text, {.max_size = text.size()});
  require(again && *again == *ours, "what was read is written and read back the same");
  require(json::write(*again) == text, "in the same text");
}

}  // namespace authjwt::fuzz
