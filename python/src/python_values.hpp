#pragma once

#include <authjwt/base/json.hpp>

#include <pybind11/pybind11.h>

#include <string_view>

/// JSON as Python values and back. All of it needs the GIL, and throws `pybind11::error_already_set` for what Python
/// raises.
namespace authjwt::binding {

/// Makes the texts that every token holds. Once, when the module is loaded.
void intern_claim_names();

/// `dict`, `list`, `str`, `int`, `float`, `bool`, `None`; a new object each time.
[[nodiscard]] pybind11::object to_python(json::value const& value);
[[nodiscard]] pybind11::object to_python(json::object const& object);
/// Takes over what a function of Python's has given; throws where that is null.
[[nodiscard]] pybind11::object owned(PyObject* created);
/// A `str` of UTF-8; for the name of a member that of a known claim is shared.
[[nodiscard]] pybind11::object text_object(std::string_view text);
[[nodiscard]] pybind11::object member_name(std::string_view name);
/// A `str`; what is not UTF-8 in `text` becomes U+FFFD.
[[nodiscard]] pybind11::str to_text(std::string_view text);

/// What Python's `json` writes for `value`. Raises `TypeError` for what it refuses, `ValueError` for an integer outside
/// 64 bits, for a text with a lone surrogate, and for more than 16 levels, so for what contains itself.
[[nodiscard]] json::value from_python(pybind11::handle value);
[[nodiscard]] json::object object_from(pybind11::handle dict);

/// The UTF-8 of a `str`, or the bytes of a `bytes`, without a copy: valid while the object lives. Raises `TypeError`
/// with `what` for anything else.
[[nodiscard]] std::string_view view_of(pybind11::handle text, char const* what);

}  // namespace authjwt::binding
