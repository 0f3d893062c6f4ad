#include <dataexport/testing/check_event_store.hpp>

#include "filesystem/temporary_folder.hpp"

#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/sqlite/event_store.hpp>
#include <dataexport/testing/recording_sink.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace dataexport;

namespace {

testing::EventStoreUnderTest in_memory(const std::map<ProjectId, std::string>& slugs) {
    auto store = std::make_unique<MemoryEventStore>(slugs);
    return {[&events = *store](const Event& event) { events.add(event); }, std::move(store)};
}

testing::EventStoreUnderTest in_sqlite(const std::map<ProjectId, std::string>& slugs) {
    auto folder = std::make_shared<TemporaryFolder>();
    const SqliteEventStoreOptions options{.path = folder->path() / "events.db"};
    REQUIRE(open_sqlite_event_writer(options, slugs).value()->commit().has_value());
    auto add = [folder, options](const Event& event) {
        auto writer = open_sqlite_event_writer(options, {}).value();
        REQUIRE(writer->add(event).value());
        REQUIRE(writer->commit().has_value());
    };
    return {std::move(add), open_sqlite_event_store(options).value()};
}

} // namespace

TEST_CASE("MemoryEventStore keeps the contract of EventStore") {
    const auto report = testing::check_event_store(in_memory);
    INFO(report.text());
    CHECK(report.passed());
}

TEST_CASE("The event store of SQLite keeps the contract of EventStore") {
    const auto report = testing::check_event_store(in_sqlite);
    INFO(report.text());
    CHECK(report.passed());
}
