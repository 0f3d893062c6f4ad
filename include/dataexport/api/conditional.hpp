/// @file
/// Conditional requests (RFC 9110, section 13).
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// What the preconditions of a `GET` or `HEAD` come to.
enum class Precondition : std::uint8_t {
    passed,
    not_modified, ///< Status 304.
    failed,       ///< Status 412.
};

/// Checks `If-Match`, then `If-None-Match`, against the strong entity tag of what exists (RFC 9110, section 13.2.2).
/// @param etag with its quotes.
[[nodiscard]] Precondition check_preconditions(const Headers& request, std::string_view etag);

/// 200, 304 or 412.
[[nodiscard]] constexpr int http_status(Precondition precondition) noexcept {
    switch (precondition) {
    case Precondition::passed:
        return 200;
    case Precondition::not_modified:
        return 304;
    case Precondition::failed:
        return 412;
    }
    return 200;
}

/// Whether the `Range` of a request is to be looked at: `If-Range` is absent, or names this very entity. Dates never
/// match, since nothing here has a date of modification.
[[nodiscard]] bool range_applies(const Headers& request, std::string_view etag);

/// The strong entity tag of bytes with this checksum: `"sha256-..."`, with the quotes.
/// @param checksum SHA-256 in lower-case hex.
[[nodiscard]] std::string entity_tag(std::string_view checksum);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/conditional.ipp>
#endif
