#pragma once

#include <dataexport/ports/event.hpp>
#include <dataexport/request/selection.hpp>
#include <dataexport/testing/check_event_store.hpp>
#include <dataexport/testing/recording_sink.hpp>

#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Events, and ways to ask for them, that the checks of event stores share.
namespace detail::event_sample {

using Rows = std::vector<RecordingSink::Row>;

constexpr ProjectId web{1};
constexpr ProjectId app{2};
constexpr TimePoint noon{std::chrono::sys_days{std::chrono::year{2020} / 5 / 19} + std::chrono::hours{12}};

inline EventStoreUnderTest make_filled(const EventStoreFactory& make, const std::vector<Event>& events) {
    auto made = make({{web, "web"}, {app, "app"}});
    for (const auto& event : events) {
        made.add(event);
    }
    return made;
}

/// 32 digits that end with `name`.
inline std::string id_of(char name) { return std::string(31, '0') + name; }

inline Event event_of(char name, ProjectId project, int minutes) {
    Event event;
    event.id = id_of(name);
    event.project = project;
    event.timestamp = noon + std::chrono::minutes{minutes};
    return event;
}

/// A query over the hour that begins at noon, in both projects.
inline Result<EventQuery> query_of(Selection selection, std::string_view search) {
    EventQuery query;
    query.dataset = "discover";
    query.projects = {web, app};
    query.start = noon;
    query.end = noon + std::chrono::hours{1};
    auto parsed = SearchQuery::parse(search, {});
    if (!parsed) return parsed.error();
    selection.search = *std::move(parsed);
    if (const auto selected = select(selection, query); !selected) return selected.error();
    return query;
}

inline Rows read_all(Report& report, const Result<std::unique_ptr<RowSource>>& source) {
    RecordingSink sink;
    if (!report.expect(source.has_value(), "a source opens")) return {};
    if (!report.expect((*source)->start("").has_value(), "a source starts")) return {};
    for (bool more = true; more;) {
        const auto fetched = (*source)->fetch(100, sink);
        if (!report.expect(fetched.has_value(), "a source gives rows")) break;
        more = !fetched->end;
    }
    return sink.rows();
}

/// Notes what another check found.
inline void merge(Report& report, const Report& other) {
    report.expect(other.passed(), "its sources keep the contract of RowSource");
    for (const auto& failure : other.failures()) {
        report.expect(false, failure);
    }
}

} // namespace detail::event_sample

} // namespace testing
DATAEXPORT_NAMESPACE_END
