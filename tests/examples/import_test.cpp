#include "server/import.hpp"

#include "filesystem/temporary_folder.hpp"
#include "support/source_folder.hpp"

#include <dataexport/core/time.hpp>
#include <dataexport/search/search_query.hpp>
#include <dataexport/sqlite/event_store.hpp>
#include <dataexport/testing/recording_sink.hpp>

#include <doctest/doctest.h>

#include <fstream>

using namespace dataexport;

namespace {

constexpr const char* directory_text = R"({"organizations": [
    {"id": 1, "slug": "acme", "features": [], "projects": [{"id": 11, "slug": "backend"}, {"id": 12, "slug": "web"}],
     "environments": []}], "users": []})";

example::Directory directory() { return example::Directory::parse(directory_text, "directory").value(); }

std::string with(std::string_view members) {
    return R"({"id":"0123456789abcdef0123456789abcdef","project":"backend","timestamp":1.5)" + std::string(members) +
           '}';
}

std::string write(const TemporaryFolder& folder, const std::string& name, const std::string& text) {
    const auto path = (folder.path() / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

std::size_t count(const std::string& path, std::string_view search, const example::Directory& known) {
    const auto store = open_sqlite_event_store({.path = path}).value();
    EventQuery query;
    query.dataset = "discover";
    query.columns = {{"id", PlainField{"id"}}};
    query.exported = 1;
    query.where = SearchQuery::parse(search, {}).value().terms();
    for (const auto& organization : known.organizations()) {
        for (const auto& project : organization.projects) {
            query.projects.push_back(project.id);
        }
    }
    query.start = parse_iso("1970-01-01").value();
    query.end = parse_iso("2003-01-01").value();
    const auto source = store->events(query).value();
    REQUIRE(source->start("").has_value());
    testing::RecordingSink sink;
    REQUIRE(source->fetch(1'000'000, sink).has_value());
    return sink.rows().size();
}

} // namespace

TEST_CASE("import_events keeps nothing of any file if one has an error, and names file, line and key") {
    const TemporaryFolder folder;
    const auto events = (folder.path() / "events.db").string();
    const auto good = write(folder, "good.jsonl", with("") + '\n');
    const auto bad = write(folder, "bad.jsonl", '\n' + with(R"(,"level":"x")") + '\n' + with(R"(,"nope":1)"));
    const auto imported = example::import_events(events, directory(), {good, bad});
    REQUIRE_FALSE(imported.has_value());
    CHECK(imported.error().detail == bad + ":3: nope: unknown key");
    REQUIRE(example::import_events(events, directory(), {}).has_value());
    CHECK(count(events, "", directory()) == 0);
}

TEST_CASE("import_events leaves out events that are there already") {
    const TemporaryFolder folder;
    const auto events = (folder.path() / "events.db").string();
    const auto file = write(folder, "a.jsonl", with("") + "\r\n\n" + with(""));
    const auto first = example::import_events(events, directory(), {file}).value();
    CHECK(first.added == 1);
    CHECK(first.known == 1);
    const auto second = example::import_events(events, directory(), {file}).value();
    CHECK(second.added == 0);
    CHECK(second.known == 2);
    CHECK(count(events, "", directory()) == 1);
}

TEST_CASE("import_events says which file cannot be read") {
    const TemporaryFolder folder;
    const auto imported = example::import_events(folder.path() / "events.db", directory(), {"/nowhere/x.jsonl"});
    REQUIRE_FALSE(imported.has_value());
    CHECK(imported.error().detail == "/nowhere/x.jsonl: cannot be read");
}

TEST_CASE("import_events takes the sample events: 497 of 10,000 have the level error") {
    const auto data = support::source_folder + std::string("/examples/data/");
    const auto known = example::Directory::read(data + "directory.json");
    REQUIRE(known.has_value());
    const TemporaryFolder folder;
    const auto events = (folder.path() / "events.db").string();
    const auto imported = example::import_events(events, *known, {data + "wildlife-strikes.jsonl"});
    REQUIRE(imported.has_value());
    CHECK(imported->added == 10'000);
    CHECK(count(events, "level:error", *known) == 497);
    CHECK(count(events, "", *known) == 10'000);
}
