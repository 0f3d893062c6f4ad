/// @file
/// How the file of an export may be compressed.
#pragma once

#include <dataexport/core/config.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// A compressed file is a row of members (gzip, RFC 1952) or frames (zstd, RFC 8878), each complete by itself, that
/// unpack to the file of its `ExportFormat` when put together.
enum class Compression : std::uint8_t { none, gzip, zstd };

/// `none`, `gzip` or `zstd`: the name in requests.
[[nodiscard]] constexpr std::string_view to_string(Compression compression) noexcept {
    switch (compression) {
    case Compression::none:
        return "none";
    case Compression::gzip:
        return "gzip";
    case Compression::zstd:
        return "zstd";
    }
    return "none";
}

/// The compression of a name; names are lower case.
[[nodiscard]] constexpr std::optional<Compression> compression_from_string(std::string_view name) noexcept {
    for (const auto compression : {Compression::none, Compression::gzip, Compression::zstd}) {
        if (name == to_string(compression)) return compression;
    }
    return std::nullopt;
}

/// What follows the extension of the format in the name of a file: `.gz`, `.zst`, or nothing.
[[nodiscard]] constexpr std::string_view file_suffix(Compression compression) noexcept {
    switch (compression) {
    case Compression::none:
        return "";
    case Compression::gzip:
        return ".gz";
    case Compression::zstd:
        return ".zst";
    }
    return "";
}

/// The media type that a file compressed so is served with (RFC 6713, RFC 8878); empty for `none`, where that of the
/// format applies.
[[nodiscard]] constexpr std::string_view content_type(Compression compression) noexcept {
    switch (compression) {
    case Compression::none:
        return "";
    case Compression::gzip:
        return "application/gzip";
    case Compression::zstd:
        return "application/zstd";
    }
    return "";
}

DATAEXPORT_NAMESPACE_END
