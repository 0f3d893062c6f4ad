/// @file
/// Percent-encoding of text in URLs and header parameters.
#pragma once

#include <dataexport/core/config.hpp>

#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Everything but ASCII letters, digits and the bytes in `safe` as `%XX`.
[[nodiscard]] std::string percent_encode(std::string_view text, std::string_view safe);

/// As part of a URL query (RFC 3986, section 2.3): only unreserved characters stay.
[[nodiscard]] inline std::string percent_encode_query(std::string_view text) { return percent_encode(text, "-._~"); }

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/percent_encoding.ipp>
#endif
