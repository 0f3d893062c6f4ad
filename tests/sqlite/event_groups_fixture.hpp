/// @file
/// Events in an SQLite file and what queries over them give.
#pragma once

#include "filesystem/temporary_folder.hpp"

#include <dataexport/core/time.hpp>
#include <dataexport/request/selection.hpp>
#include <dataexport/sqlite/event_store.hpp>
#include <dataexport/testing/recording_sink.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

using Cells = RecordingSink::Row;
using Rows = std::vector<Cells>;
using Texts = std::vector<std::string>;

inline TimePoint at(std::string_view text) { return parse_iso(text).value(); }

struct Asked {
    Texts fields;
    std::string search{};
    Texts sort{};
    Texts equations{};
};

/// A query over ten minutes from 2020-05-19T12:00:00 on.
inline EventQuery query_of(const Asked& asked) {
    EventQuery query;
    query.dataset = "discover";
    query.projects = {ProjectId{1}, ProjectId{2}};
    query.start = at("2020-05-19T12:00:00");
    query.end = at("2020-05-19T12:10:00");
    const auto selected =
        select({asked.fields, asked.equations, SearchQuery::parse(asked.search, {}).value(), asked.sort}, query);
    REQUIRE_MESSAGE(selected.has_value(), selected.error().detail);
    return query;
}

/// A file that events can be put into at any time.
class EventFile {
public:
    EventFile() { add({}); }

    /// An event that comes `seconds` after the start of all queries; its id counts up.
    Event event(double seconds) {
        Event event;
        const auto number = std::to_string(++number_);
        event.id = std::string(32 - number.size(), '0') + number;
        event.project = ProjectId{1};
        event.timestamp =
            at("2020-05-19T12:00:00") + std::chrono::microseconds{static_cast<std::int64_t>(seconds * 1'000'000)};
        return event;
    }

    void add(const std::vector<Event>& events) {
        const auto writer = open_sqlite_event_writer(options_, {{ProjectId{1}, "web"}, {ProjectId{2}, "app"}}).value();
        for (const auto& event : events) {
            REQUIRE(writer->add(event).value());
        }
        REQUIRE(writer->commit().has_value());
    }

    std::unique_ptr<EventStore> open() const { return open_sqlite_event_store(options_).value(); }

    Rows rows(const Asked& asked) const {
        const auto query = query_of(asked);
        const auto store = open();
        const auto checked = store->check(query);
        REQUIRE_MESSAGE(checked.has_value(), checked.error().detail);
        const auto source = store->events(query).value();
        REQUIRE(source->start("").has_value());
        RecordingSink sink;
        const auto fetched = source->fetch(1'000'000, sink);
        REQUIRE_MESSAGE(fetched.has_value(), fetched.error().detail);
        return sink.rows();
    }

    /// The one cell of the one row of a query for a function alone.
    MemoryCell value(const std::string& function, const std::string& search = "") const {
        const auto found = rows({{function}, search});
        REQUIRE(found.size() == 1);
        REQUIRE(found[0].size() == 1);
        return found[0][0];
    }

private:
    TemporaryFolder folder_;
    SqliteEventStoreOptions options_{.path = folder_.path() / "events.db"};
    int number_ = 0;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
