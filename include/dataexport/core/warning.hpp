/// @file
/// What a finished export has to say about itself.
#pragma once

#include <dataexport/core/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Something that the reader of a finished file should know. Warnings of one code are kept as one, with a count.
struct Warning {
    std::string code;        ///< Stable name, lower case with `_`: `row_limit`, `formula_guarded`, ...
    std::string detail;      ///< One sentence for a person.
    std::uint64_t count = 1; ///< How many cells, rows or requests it stands for.

    friend bool operator==(const Warning&, const Warning&) = default;
};

/// Adds `count` to the warning of this code, or appends it.
void add_warning(std::vector<Warning>& warnings, std::string_view code, std::string_view detail,
                 std::uint64_t count = 1);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/core/impl/warning.ipp>
#endif
