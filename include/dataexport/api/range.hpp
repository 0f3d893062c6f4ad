/// @file
/// The `Range` header of a download (RFC 9110, section 14).
#pragma once

#include <dataexport/core/config.hpp>

#include <cstdint>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Which bytes of a file a request is about.
struct RequestedRange {
    enum class Kind : std::uint8_t {
        whole,         ///< All of it: no range, or one that is to be ignored.
        partial,       ///< `length` bytes from `offset` on; at least one.
        unsatisfiable, ///< It begins after the end: status 416.
    };
    Kind kind = Kind::whole;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;

    friend bool operator==(const RequestedRange&, const RequestedRange&) = default;
};

/// Reads the value of a `Range` header for a file of `size` bytes.
///
/// One range is served. What is not valid, not in `bytes`, or asks for several ranges gives the whole file, as does
/// every range of an empty file. Numbers of any length are understood.
[[nodiscard]] RequestedRange parse_range(std::string_view header, std::uint64_t size);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/range.ipp>
#endif
