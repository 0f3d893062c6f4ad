#pragma once

#include <dataexport/core/warning.hpp>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL void add_warning(std::vector<Warning>& warnings, std::string_view code, std::string_view detail,
                                 std::uint64_t count) {
    for (auto& warning : warnings) {
        if (warning.code == code) {
            warning.count += count;
            return;
        }
    }
    warnings.push_back({std::string(code), std::string(detail), count});
}

DATAEXPORT_NAMESPACE_END
