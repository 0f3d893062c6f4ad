/// @file
/// The columns of an export.
#pragma once

#include <dataexport/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// The type of most cells in a column. A cell may always be null, or of another type where the data is so.
enum class ColumnType : std::uint8_t { text, integer, real, boolean, timestamp, json, decimal, bytes };

/// `text`, `integer`, `real`, `boolean`, `timestamp`, `json`, `decimal`, `bytes`.
[[nodiscard]] constexpr std::string_view to_string(ColumnType type) noexcept {
    constexpr std::string_view names[] = {"text",      "integer", "real",    "boolean",
                                          "timestamp", "json",    "decimal", "bytes"};
    return names[static_cast<std::size_t>(type)];
}

/// A column of an export.
struct Column {
    std::string name; ///< The heading in CSV and the key in JSONL.
    ColumnType type = ColumnType::text;

    friend bool operator==(const Column&, const Column&) = default;
};

DATAEXPORT_NAMESPACE_END
