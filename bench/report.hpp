/// @file
/// What verbs say on standard output, or on standard error.
#pragma once

#include <dataexport/core/error.hpp>
#include <dataexport/core/json.hpp>

#include <cstdio>

namespace bench {

/// Prints the outcome of a verb: one JSON object, or what went wrong. @return the exit status.
[[nodiscard]] inline int report(const dataexport::Result<dataexport::json::object>& outcome) {
    if (!outcome) {
        std::fprintf(stderr, "dataexport-bench: %s\n", outcome.error().detail.c_str());
        return 1;
    }
    std::printf("%s\n", dataexport::to_json(*outcome).c_str());
    return 0;
}

} // namespace bench
