/// @file
/// The lines of event files: one JSON object each.
#pragma once

#include "server/directory.hpp"

#include <dataexport/core/error.hpp>
#include <dataexport/ports/event.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>

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

} // namespace example
