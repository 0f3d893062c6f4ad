/// @file
/// Header fields whose value is a list (RFC 9110, section 5.6.1).
#pragma once

#include <dataexport/core/config.hpp>

#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// `text` without the spaces and tabs around it.
[[nodiscard]] std::string_view trim_spaces(std::string_view text) noexcept;

/// The members between the commas, without spaces around them; empty ones do not count. Commas in quoted text are not
/// understood.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view value);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/field_list.ipp>
#endif
