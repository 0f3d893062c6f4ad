#include <dataexport/testing/check_event_store.hpp>

#include "filesystem/temporary_folder.hpp"

#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/sqlite/event_store.hpp>

#include <doctest/doctest.h>

#include <utility>

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

/// Answers another query than it is asked.
class CarelessStore final : public EventStore {
public:
    using Change = void (*)(EventQuery& query);

    CarelessStore(std::unique_ptr<EventStore> store, Change change) : store_(std::move(store)), change_(change) {}

    Result<void> check(const EventQuery& query) override { return store_->check(query); }
    Result<std::unique_ptr<RowSource>> events(const EventQuery& query) override {
        auto changed = query;
        change_(changed);
        return store_->events(changed);
    }
    Result<std::unique_ptr<RowSource>> tag_values(const TagValuesQuery& query) override {
        return store_->tag_values(query);
    }
    Result<bool> has_group(ProjectId project, std::int64_t group) override { return store_->has_group(project, group); }
    Result<bool> has_tag(ProjectId project, std::string_view key,
                         const std::optional<std::string>& environment) override {
        return store_->has_tag(project, key, environment);
    }

private:
    std::unique_ptr<EventStore> store_;
    Change change_;
};

} // namespace

TEST_CASE("check_event_store notices a store that leaves out a part of a query") {
    const std::pair<CarelessStore::Change, const char*> table[] = {
        {[](EventQuery& query) { query.where.clear(); }, "the search level:error"},
        {[](EventQuery& query) { query.having.clear(); }, "count():>2 gives"},
        {[](EventQuery& query) { query.sort.clear(); }, "the order -timestamp"},
        {[](EventQuery& query) {
             query.projects = {ProjectId{1}, ProjectId{2}};
         },
         "one project"},
        {[](EventQuery& query) { query.dataset = "discover"; }, "the dataset errors"},
        {[](EventQuery& query) { query.environments.clear(); }, "two environments"},
        {[](EventQuery& query) { query.exported = query.columns.size(); }, "the names and types of its columns"},
    };
    for (const auto& [change, clause] : table) {
        const auto report = testing::check_event_store([change = change](const auto& slugs) {
            auto made = in_memory(slugs);
            made.store = std::make_unique<CarelessStore>(std::move(made.store), change);
            return made;
        });
        INFO(report.text());
        CHECK(report.text().find(clause) != std::string::npos);
    }
}

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
