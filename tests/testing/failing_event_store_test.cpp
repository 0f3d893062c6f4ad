#include <dataexport/testing/failing_event_store.hpp>

#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/testing/recording_sink.hpp>

#include <doctest/doctest.h>

#include <functional>

using namespace dataexport;

namespace {

constexpr ProjectId project{11};

MemoryEventStore one_event() {
    MemoryEventStore events({{project, "backend"}});
    Event event;
    event.id = std::string(32, 'a');
    event.project = project;
    event.timestamp = TimePoint{std::chrono::seconds(1000)};
    event.issue = 5;
    event.tags = {{"region", "eu"}};
    events.add(event);
    return events;
}

EventQuery all_ids() {
    EventQuery query;
    query.dataset = "discover";
    query.columns = {{"id", PlainField{"id"}}};
    query.exported = 1;
    query.projects = {project};
    query.end = TimePoint{std::chrono::seconds(2000)};
    return query;
}

/// Reads everything that a source has.
Result<void> read(Result<std::unique_ptr<RowSource>> source, std::size_t rows) {
    if (!source) return source.error();
    if (auto started = (*source)->start({}); !started) return started;
    testing::RecordingSink sink;
    if (auto fetched = (*source)->fetch(10, sink); !fetched) return fetched.error();
    CHECK(sink.rows().size() == rows);
    return ok();
}

/// Every call that a request and its export make of a store.
Result<void> use(EventStore& store) {
    if (auto checked = store.check(all_ids()); !checked) return checked;
    if (auto read_all = read(store.events(all_ids()), 1); !read_all) return read_all;
    const auto group = store.has_group(project, 5);
    if (!group) return group.error();
    const auto tag = store.has_tag(project, "region", std::nullopt);
    if (!tag) return tag.error();
    CHECK((*group && *tag));
    return read(store.tag_values({.project = project, .group = 5, .key = "region", .environment = {}}), 1);
}

} // namespace

TEST_CASE("FailingEventStore fails the call that the plan names, in the store or in a source that it opened") {
    auto events = one_event();
    constexpr std::size_t calls = 9;
    for (std::size_t nth = 1; nth <= calls; ++nth) {
        const auto plan = std::make_shared<testing::FaultPlan>(nth, Error{Errc::timed_out, "planned"});
        testing::FailingEventStore store(events, plan);
        const auto used = use(store);
        REQUIRE(!used.has_value());
        CHECK(used.error() == Error{Errc::timed_out, "planned"});
        CHECK(plan->calls() == nth);
    }
    const auto plan = std::make_shared<testing::FaultPlan>(calls + 1, Error{Errc::timed_out, "planned"});
    testing::FailingEventStore store(events, plan);
    CHECK(use(store).has_value());
    CHECK(!plan->fired());
}
