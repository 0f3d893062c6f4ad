#include <dataexport/api/export_json.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

namespace {

TimePoint at(std::string_view text) { return parse_iso(text).value(); }

ExportedData queued() {
    ExportedData record;
    record.id = {27};
    record.organization = {1};
    record.user = User{{7}, "jane@example.com", "jane"};
    record.date_added = at("2020-05-19T14:00:00.123456");
    record.query_type = "Discover";
    record.query_info = {{"field", {"id"}}, {"query", ""}};
    return record;
}

} // namespace

TEST_CASE("export_json has the reference's keys in its order, then ours") {
    CHECK(to_json(export_json(queued(), at("2020-05-19T15:00:00"))) ==
          R"({"id":27,"user":{"id":"7","email":"jane@example.com","username":"jane"},)"
          R"("dateCreated":"2020-05-19T14:00:00.123456Z","dateFinished":null,"dateExpired":null,)"
          R"("query":{"type":"Discover","info":{"field":["id"],"query":""}},"status":"EARLY",)"
          R"("checksum":null,"fileName":null,"format":"csv","compression":null,)"
          R"("progress":{"rows":0,"bytes":0},)"
          R"("warnings":[],"error":null,"checksumAlgorithm":"sha256"})");
}

TEST_CASE("export_json shows a finished export with its file, dates and warnings") {
    auto record = queued();
    record.user.reset();
    record.state = ExportState::finished;
    record.format = ExportFormat::jsonl;
    record.compression = Compression::zstd;
    record.date_finished = at("2020-05-19T14:30:00");
    record.date_expired = at("2020-06-16T14:30:00");
    record.rows = 3;
    record.bytes = 1'000'000'000'000;
    record.file = ExportedFile{"Discover_2020-May-19_27.jsonl.zst", 1'000'000'000'000, "84d8"};
    record.warnings = {{"row_limit", "Only 3 rows were written.", 2}};
    CHECK(to_json(export_json(record, at("2020-06-16T14:30:00"))) ==
          R"({"id":27,"user":null,"dateCreated":"2020-05-19T14:00:00.123456Z",)"
          R"("dateFinished":"2020-05-19T14:30:00Z","dateExpired":"2020-06-16T14:30:00Z",)"
          R"("query":{"type":"Discover","info":{"field":["id"],"query":""}},"status":"VALID",)"
          R"("checksum":"84d8","fileName":"Discover_2020-May-19_27.jsonl.zst","format":"jsonl","compression":"zstd",)"
          R"("progress":{"rows":3,"bytes":1000000000000},)"
          R"("warnings":[{"code":"row_limit","detail":"Only 3 rows were written.","count":2}],)"
          R"("error":null,"checksumAlgorithm":"sha256"})");
    CHECK(export_json(record, at("2020-06-16T14:30:00.000001")).at("status") == "EXPIRED");
}

TEST_CASE("export_json says why an export failed and whether asking again may help") {
    auto record = queued();
    record.state = ExportState::failed;
    record.error = Error{Errc::busy, "The database is busy."};
    const auto out = export_json(record, at("2020-05-19T15:00:00"));
    CHECK(out.at("status") == "FAILED");
    CHECK(to_json(out.at("error")) == R"({"code":"busy","detail":"The database is busy.","retriable":true})");
    record.error = Error{Errc::permission_revoked, "No access."};
    CHECK(export_json(record, {}).at("error").at("retriable") == false);
}
