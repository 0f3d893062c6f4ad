/// @file
/// Event files (one JSON object a line) into the file of events that the server exports from.
#pragma once

#include "server/directory.hpp"

#include <dataexport/core/error.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace example {

struct ImportSummary {
    std::uint64_t added = 0;
    std::uint64_t known = 0; ///< Left out, because the file has events of these ids already.
};

/// Adds the events of all `files` to `events_path`, or, if anything is wrong with one of them, nothing.
/// @return `Errc::invalid_input` that names file, line and key.
[[nodiscard]] dataexport::Result<ImportSummary>
import_events(const std::string& events_path, const Directory& directory, const std::vector<std::string>& files);

} // namespace example
