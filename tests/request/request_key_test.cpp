#include <dataexport/request/request_key.hpp>

#include "request/request_fixture.hpp"

#include <dataexport/memory/memory_digest.hpp>

#include <doctest/doctest.h>

using namespace request_fixture;

namespace {

ExportedData sample() {
    ExportedData record;
    record.id = ExportId{1};
    record.organization = OrganizationId{1};
    record.user = User{UserId{7}, "jane@example.com", "jane"};
    record.query_type = "Discover";
    record.query_info = parsed_object(R"({"a": 1, "b": {"c": ["x", "y"], "d": null}})");
    record.projects = {ProjectId{11}};
    return record;
}

std::string key(const ExportedData& record) { return request_key(record, MemoryDigest()); }

} // namespace

TEST_CASE("R13: the key does not depend on the order of keys, on the record's id or on its progress") {
    auto same = sample();
    same.id = ExportId{2};
    same.query_info = parsed_object(R"({"b": {"d": null, "c": ["x", "y"]}, "a": 1})");
    same.date_added = at("2020-05-19");
    same.user->email = "new@example.com";
    same.rows = 5;
    same.warnings = {{"limit_reduced", "", 1}};
    CHECK(key(same) == key(sample()));
    CHECK(key(sample()).size() == 64);
}

TEST_CASE("R13: anything that makes another file or concerns another person makes another key") {
    const auto differs = [](auto change) {
        auto other = sample();
        change(other);
        return key(other) != key(sample());
    };
    CHECK(differs([](ExportedData& r) { r.organization = OrganizationId{2}; }));
    CHECK(differs([](ExportedData& r) { r.user->id = UserId{8}; }));
    CHECK(differs([](ExportedData& r) { r.user.reset(); }));
    CHECK(differs([](ExportedData& r) { r.query_type = "Explore"; }));
    CHECK(differs([](ExportedData& r) { r.query_info["a"] = 2; }));
    CHECK(differs([](ExportedData& r) { r.query_info["a"] = "1"; }));
    CHECK(differs([](ExportedData& r) { r.query_info["e"] = nullptr; }));
    CHECK(differs([](ExportedData& r) { r.query_info["b"] = parsed(R"({"c": ["y", "x"], "d": null})"); }));
    CHECK(differs([](ExportedData& r) { r.format = ExportFormat::jsonl; }));
    CHECK(differs([](ExportedData& r) { r.compression = Compression::gzip; }));
    CHECK(differs([](ExportedData& r) { r.dialect["delimiter"] = ";"; }));
    CHECK(differs([](ExportedData& r) { r.limit = 10; }));
    CHECK(differs([](ExportedData& r) { r.environment = "production"; }));
    CHECK(differs([](ExportedData& r) { r.environment = ""; }));
    CHECK(differs([](ExportedData& r) { r.projects.push_back(ProjectId{12}); }));
}

TEST_CASE("S8: equal requests of users with different projects have different keys") {
    auto narrow = sample();
    narrow.user.reset();
    auto wide = narrow;
    wide.projects = {ProjectId{11}, ProjectId{12}};
    CHECK(key(narrow) != key(wide));
}
