#include <authjwt/base/described.hpp>

#include <cmath>

namespace authjwt::detail {

bool Place::fail(FieldProblem problem, FieldKind expected) const {
  if (is_full()) return false;
  json::array path;
  for (Place const* place = this; place->parent_ != nullptr; place = place->parent_) {
    if (place->index_ == kNoIndex)
      path.emplace(path.begin(), place->name_);
    else
      path.emplace(path.begin(), place->index_);
  }
  errors_->push_back({std::move(path), problem, expected});
  return false;
}

bool Place::fail(json::value const& value, FieldKind expected) const {
  return fail(value.is_null() ? FieldProblem::null : FieldProblem::wrong_type, expected);
}

bool read_value(json::value const& in, bool& out, Place const& place) {
  bool const* const found = in.if_bool();
  if (found == nullptr) return place.fail(in, FieldKind::boolean);
  out = *found;
  return true;
}

bool read_value(json::value const& in, double& out, double max, Place const& place) {
  if (!in.is_number()) return place.fail(in, FieldKind::number);
  double const number = in.to_number<double>();
  if (!(std::fabs(number) <= max)) return place.fail(FieldProblem::out_of_range, FieldKind::number);
  out = number;
  return true;
}

bool read_value(json::value const& in, std::int64_t& out, std::int64_t min, std::int64_t max, Place const& place) {
  if (!in.is_int64() && !in.is_uint64()) return place.fail(in, FieldKind::integer);
  // Where both hold the same number, Boost.JSON reads an int64.
  std::int64_t const* const number = in.if_int64();
  if (number == nullptr && in.get_uint64() > static_cast<std::uint64_t>(max))
    return place.fail(FieldProblem::out_of_range, FieldKind::integer);
  std::int64_t const value = number != nullptr ? *number : static_cast<std::int64_t>(in.get_uint64());
  if (value < min || value > max) return place.fail(FieldProblem::out_of_range, FieldKind::integer);
  out = value;
  return true;
}

bool read_value(json::value const& in, std::uint64_t& out, std::uint64_t max, Place const& place) {
  if (!in.is_int64() && !in.is_uint64()) return place.fail(in, FieldKind::integer);
  std::int64_t const* const number = in.if_int64();
  std::uint64_t const value = number != nullptr ? static_cast<std::uint64_t>(*number) : in.get_uint64();
  if ((number != nullptr && *number < 0) || value > max)
    return place.fail(FieldProblem::out_of_range, FieldKind::integer);
  out = value;
  return true;
}

bool read_value(json::value const& in, std::string& out, Place const& place) {
  json::string const* const found = in.if_string();
  if (found == nullptr) return place.fail(in, FieldKind::text);
  out.assign(found->data(), found->size());
  return true;
}

bool read_value(json::value const& in, json::value& out, Place const&) {
  out = in;
  return true;
}

bool read_value(json::value const& in, json::object& out, Place const& place) {
  json::object const* const found = object_in(in, place);
  if (found != nullptr) out = *found;
  return found != nullptr;
}

bool read_value(json::value const& in, json::array& out, Place const& place) {
  json::array const* const found = list_in(in, place);
  if (found != nullptr) out = *found;
  return found != nullptr;
}

json::object const* object_in(json::value const& in, Place const& place) {
  json::object const* const found = in.if_object();
  if (found == nullptr) place.fail(in, FieldKind::object);
  return found;
}

json::array const* list_in(json::value const& in, Place const& place) {
  json::array const* const found = in.if_array();
  if (found == nullptr) place.fail(in, FieldKind::list);
  return found;
}

Error to_error(FieldErrors const& errors) {
  std::string path;
  for (json::value const& step : errors.front().path) {
    if (!path.empty()) path += '.';
    if (json::string const* const name = step.if_string())
      path.append(name->data(), name->size());
    else
      path += std::to_string(step.to_number<std::uint64_t>());
  }
  return Error{Errc::invalid_claim, path};
}

}  // namespace authjwt::detail
