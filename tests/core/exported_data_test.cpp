#include <dataexport/core/exported_data.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

using namespace dataexport;
using namespace std::chrono_literals;

namespace {

const TimePoint now = parse_iso("2020-07-21T12:00:00").value();

ExportedData finished(TimePoint date_finished, std::optional<TimePoint> date_expired) {
    ExportedData record;
    record.state = ExportState::finished;
    record.date_finished = date_finished;
    record.date_expired = date_expired;
    return record;
}

std::string file_name(std::string query_type, const char* date, std::int64_t id,
                      ExportFormat format = ExportFormat::csv) {
    ExportedData record;
    record.id = ExportId{id};
    record.date_added = parse_iso(date).value();
    record.query_type = std::move(query_type);
    record.format = format;
    return record.file_name();
}

} // namespace

TEST_CASE("ExportedData::status is EARLY while the export is queued or running") {
    ExportedData record;
    for (const auto state : {ExportState::queued, ExportState::running}) {
        record.state = state;
        CHECK(record.status(now) == ExportStatus::early);
        CHECK(record.live());
    }
}

TEST_CASE("model-002: a finished export whose expiry lies ahead is VALID") {
    CHECK(finished(now - 14 * 24h, now + 14 * 24h).status(now) == ExportStatus::valid);
}

TEST_CASE("model-003: a finished export whose expiry has passed is EXPIRED") {
    CHECK(finished(now - 14 * 24h, now - 7 * 24h).status(now) == ExportStatus::expired);
}

TEST_CASE("ExportedData::status is VALID up to and including date_expired, and without one") {
    CHECK(finished(now - 1h, now).status(now) == ExportStatus::valid);
    CHECK(finished(now - 1h, now - 1us).status(now) == ExportStatus::expired);
    CHECK(finished(now - 1h, std::nullopt).status(now) == ExportStatus::valid);
    CHECK(!finished(now - 1h, now).live());
}

TEST_CASE("ExportedData::status is FAILED for a failed export, whatever its dates") {
    auto record = finished(now - 1h, now + 1h);
    record.state = ExportState::failed;
    CHECK(record.status(now) == ExportStatus::failed);
    CHECK(!record.live());
}

TEST_CASE("statuses and states have the names of the contract") {
    CHECK(to_string(ExportStatus::early) == "EARLY");
    CHECK(to_string(ExportStatus::valid) == "VALID");
    CHECK(to_string(ExportStatus::expired) == "EXPIRED");
    CHECK(to_string(ExportStatus::failed) == "FAILED");
    CHECK(to_string(ExportState::queued) == "queued");
    CHECK(to_string(ExportState::running) == "running");
    CHECK(to_string(ExportState::finished) == "finished");
    CHECK(to_string(ExportState::failed) == "failed");
}

TEST_CASE("model-005: the file name begins with the query type and ends in the id") {
    const auto name = file_name("Issues-by-Tag", "2020-05-19T14:00:00", 5);
    CHECK(name.starts_with("Issues-by-Tag"));
    CHECK(name.ends_with("5.csv"));
}

TEST_CASE("ExportedData::file_name has the full English month and two digits of the day") {
    CHECK(file_name("Discover", "2020-07-21T12:21:00", 27) == "Discover_2020-July-21_27.csv");
    CHECK(file_name("Issues-by-Tag", "2020-07-01T23:59:59.999999", 5) == "Issues-by-Tag_2020-July-01_5.csv");
    CHECK(file_name("Explore", "2019-12-31", 9007199254740991, ExportFormat::jsonl) ==
          "Explore_2019-December-31_9007199254740991.jsonl");
}

TEST_CASE("ExportedData::file_name ends in the suffix of the compression") {
    auto record = finished(now, now);
    record.compression = Compression::gzip;
    CHECK(record.file_name().ends_with(".csv.gz"));
    record.format = ExportFormat::jsonl;
    record.compression = Compression::zstd;
    CHECK(record.file_name().ends_with(".jsonl.zst"));
}

TEST_CASE("ExportedData::file_name takes the day in UTC") {
    CHECK(file_name("Discover", "2020-07-21T23:30:00-02:00", 1) == "Discover_2020-July-22_1.csv");
}

TEST_CASE("model-006: a date that is not set has no written form") {
    const ExportedData record;
    CHECK(!record.date_finished.has_value());
    CHECK(!record.date_expired.has_value());
    static_assert(!std::is_invocable_v<decltype(&to_human), std::optional<TimePoint>>);
}

TEST_CASE("ExportedData::payload is the query info and the query type, which wins over a key of that name") {
    ExportedData record;
    record.query_type = "Issues-by-Tag";
    record.query_info = {{"env", "test"}};
    CHECK(to_json(json::value(record.payload())) == R"({"env":"test","export_type":"Issues-by-Tag"})");
    record.query_info = {{"export_type", "mine"}, {"env", "test"}};
    CHECK(to_json(json::value(record.payload())) == R"({"export_type":"Issues-by-Tag","env":"test"})");
    CHECK(to_json(json::value(record.query_info)) == R"({"export_type":"mine","env":"test"})");
}
