/// @file
/// A shop of events: Discover and Issues-by-Tag over events in memory.
#pragma once

#include "reliability/shop.hpp"

#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/request/issues_by_tag.hpp>

namespace reliability {

/// Project 11 is jane's, 12 boss's as well.
struct EventShop : Shop {
    MemoryEventStore events{{{ProjectId{11}, "backend"}, {ProjectId{12}, "frontend"}}};

    EventShop() {
        kinds = {};
        kinds.add(discover_kind(events));
        kinds.add(issues_by_tag_kind(events));
    }

    void add(std::int64_t project, std::chrono::seconds ago, std::optional<std::int64_t> issue = {}) {
        Event event;
        event.id = std::to_string(1000 + added_++) + std::string(28, 'a');
        event.project = ProjectId{project};
        event.timestamp = clock.now() - ago;
        event.issue = issue;
        event.tags["browser"] = "Lynx";
        events.add(std::move(event));
    }

    /// Asks for a Discover export with these members in its query info, besides an empty search.
    Response discover(const std::string& info, Headers headers = {}, std::string_view query = {}) {
        return create("jane", R"({"query_type": "Discover", "query_info": {"query": "", )" + info + "}}",
                      std::move(headers), query);
    }

private:
    int added_ = 0;
};

inline ExportId id_of(const Response& response) { return ExportId{body_of(response).at("id").as_int64()}; }

} // namespace reliability
