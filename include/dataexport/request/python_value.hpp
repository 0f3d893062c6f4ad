/// @file
/// JSON values as the reference, a Python program, reads and prints them. Its error texts show values in this form.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN
namespace python {

/// `dict`, `list`, `str`, `int`, `float`, `bool` or `NoneType`.
[[nodiscard]] std::string_view type_name(const json::value& value) noexcept;
/// `'text'` (`"it's"` if it has a single quote alone), `None`, `True`, `['a', 1]`, `{'k': 1.5}`.
[[nodiscard]] std::string repr(const json::value& value);
/// As `repr`, but text is shown as it is.
[[nodiscard]] std::string str(const json::value& value);
/// False for null, false, zero, and empty text, lists and objects.
[[nodiscard]] bool truthy(const json::value& value) noexcept;
/// The integer that a number without a fraction, or the text of one, stands for. Numbers that are too large become the
/// largest. Booleans are not numbers here.
[[nodiscard]] std::optional<std::int64_t> integer(const json::value& value) noexcept;

} // namespace python
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/python_value.ipp>
#endif
