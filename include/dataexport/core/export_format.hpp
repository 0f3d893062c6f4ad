/// @file
/// The formats that an export can have.
#pragma once

#include <dataexport/core/config.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

enum class ExportFormat : std::uint8_t { csv, jsonl };

/// `csv` or `jsonl`: the name in requests and the extension of the file.
[[nodiscard]] constexpr std::string_view to_string(ExportFormat format) noexcept {
    return format == ExportFormat::csv ? "csv" : "jsonl";
}

/// The format of a name; names are lower case.
[[nodiscard]] constexpr std::optional<ExportFormat> export_format_from_string(std::string_view name) noexcept {
    if (name == "csv") return ExportFormat::csv;
    if (name == "jsonl") return ExportFormat::jsonl;
    return std::nullopt;
}

/// The media type that a file of this format is served with.
[[nodiscard]] constexpr std::string_view content_type(ExportFormat format) noexcept {
    return format == ExportFormat::csv ? "text/csv" : "application/x-ndjson";
}

DATAEXPORT_NAMESPACE_END
