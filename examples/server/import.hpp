/// @file
/// Event files (one JSON object a line) into the file of events that the server exports from.
#pragma once

#include "server/directory.hpp"

#include <dataexport/core/error.hpp>
#include <dataexport/ports/event.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace example {

/// Reads the lines of event files. What it does not know it refuses.
class EventReader {
public:
    explicit EventReader(const Directory& directory);

    /// Reads one line. @return `Errc::invalid_input` that names the key.
    [[nodiscard]] dataexport::Result<dataexport::Event> read(std::string_view line) const;

    [[nodiscard]] const std::map<dataexport::ProjectId, std::string>& slugs() const noexcept { return slugs_; }

private:
    std::map<dataexport::ProjectId, std::string> slugs_;
    std::map<std::string, std::set<dataexport::ProjectId>, std::less<>> ids_;
};

struct ImportSummary {
    std::uint64_t added = 0;
    std::uint64_t known = 0; ///< Left out, because the file has events of these ids already.
};

/// Adds the events of all `files` to `events_path`, or, if anything is wrong with one of them, nothing.
/// @return `Errc::invalid_input` that names file, line and key.
[[nodiscard]] dataexport::Result<ImportSummary>
import_events(const std::string& events_path, const Directory& directory, const std::vector<std::string>& files);

} // namespace example
