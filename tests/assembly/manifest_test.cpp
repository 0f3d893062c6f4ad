#include <dataexport/assembly/manifest.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace dataexport;

namespace {

constexpr TimePoint noon{std::chrono::sys_days{std::chrono::year{2020} / 7 / 21} + std::chrono::hours{12}};

ExportedData finished() {
    ExportedData record;
    record.id = ExportId{27};
    record.organization_slug = "acme";
    record.date_added = noon;
    record.date_finished = noon + std::chrono::microseconds{250};
    record.date_expired = noon + std::chrono::hours{24 * 28};
    record.query_type = "Discover";
    record.query_info = {{"field", json::array{"id"}}, {"query", "level:\"error\""}};
    record.state = ExportState::finished;
    record.rows = 2;
    record.bytes = std::numeric_limits<std::uint64_t>::max();
    record.file = ExportedFile{"Discover_2020-July-21_27.csv", record.bytes, std::string(64, 'a')};
    return record;
}

const std::vector<Column> columns{{"id", ColumnType::text}, {"p95()", ColumnType::real}};

std::string text_of(const ExportedData& record) { return to_json(json::value(manifest(record, columns))); }

/// The manifest of `finished` with another value for the member that a JSON pointer names; none: without the member.
std::string with(std::string_view pointer, const json::value* value) {
    json::value changed = manifest(finished(), columns);
    const auto slash = pointer.rfind('/');
    auto& parent = changed.at_pointer(pointer.substr(0, slash)).as_object();
    if (value != nullptr) {
        parent[pointer.substr(slash + 1)] = *value;
    } else {
        parent.erase(pointer.substr(slash + 1));
    }
    return to_json(changed);
}

std::string refusal(std::string_view text) {
    const auto parsed = parse_manifest(text);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().code == Errc::invalid_input);
    return parsed.error().detail;
}

} // namespace

TEST_CASE("parse_manifest reads what manifest made of a record") {
    auto record = finished();
    const auto read = parse_manifest(text_of(record));
    REQUIRE_MESSAGE(read.has_value(), read.error().detail);
    CHECK(read->id == record.id);
    CHECK(read->organization == "acme");
    CHECK(read->query_type == "Discover");
    CHECK(read->query_info == record.query_info);
    CHECK(read->format == ExportFormat::csv);
    CHECK(read->compression == Compression::none);
    CHECK(read->columns == columns);
    CHECK(read->limit == std::nullopt);
    CHECK(read->rows == 2);
    CHECK(read->bytes == record.bytes);
    CHECK(read->checksum == record.file->checksum);
    CHECK(read->file_name == record.file->name);
    CHECK(read->date_created == record.date_added);
    CHECK(read->date_finished == record.date_finished);
    CHECK(read->date_expired == record.date_expired);
    CHECK(read->warnings.empty());

    record.format = ExportFormat::jsonl;
    record.compression = Compression::gzip;
    record.dialect = {{"omit_null", true}};
    record.limit = 10;
    record.warnings = {{"row_limit", "The export was cut.", 1}};
    record.organization_slug.clear();
    const auto other = parse_manifest(text_of(record));
    REQUIRE_MESSAGE(other.has_value(), other.error().detail);
    CHECK(other->format == ExportFormat::jsonl);
    CHECK(other->compression == Compression::gzip);
    CHECK(other->dialect == record.dialect);
    CHECK(other->limit == 10);
    CHECK(other->warnings == record.warnings);
    CHECK(to_json(json::value(to_json(*other))) == text_of(record));
}

TEST_CASE("parse_manifest takes every query that a request can hold") {
    auto record = finished();
    std::string deep = "1";
    for (int depth = 0; depth < 62; ++depth) {
        deep = "[" + deep + "]";
    }
    record.query_info = parse_json(R"({"deep":)" + deep + "}").value().as_object();
    CHECK(parse_manifest(text_of(record)).has_value());
}

TEST_CASE("parse_manifest asks for every member") {
    for (const auto& member : manifest(finished(), columns)) {
        const std::string pointer = "/" + std::string(member.key());
        CHECK(refusal(with(pointer, nullptr)) == "manifest: " + pointer + " is missing");
    }
    for (const char* pointer : {"/query/type", "/query/info", "/columns/1/name", "/columns/0/type"}) {
        CHECK(refusal(with(pointer, nullptr)) == "manifest: " + std::string(pointer) + " is missing");
    }
}

TEST_CASE("parse_manifest takes no member that it does not know") {
    const json::value value = 1;
    for (const char* pointer : {"/signature", "/query/sql", "/columns/0/width"}) {
        CHECK(refusal(with(pointer, &value)) == "manifest: " + std::string(pointer) + " is not known here");
    }
}

TEST_CASE("parse_manifest refuses members of another form, and names them") {
    struct Row {
        const char* pointer;
        json::value value;
    };
    const Row rows[] = {
        {"/id", 0},
        {"/id", -1},
        {"/id", std::int64_t{1} << 53},
        {"/id", "27"},
        {"/id", 27.0},
        {"/organization", nullptr},
        {"/query", json::array{}},
        {"/query/type", 1},
        {"/query/info", "{}"},
        {"/format", "xlsx"},
        {"/format", "CSV"},
        {"/compression", "none"},
        {"/compression", "GZIP"},
        {"/compression", false},
        {"/dialect", nullptr},
        {"/limit", -1},
        {"/limit", 1.5},
        {"/limit", "10"},
        {"/columns", json::array{}},
        {"/columns", json::object{}},
        {"/columns/0/name", 1},
        {"/columns/1/type", "number"},
        {"/rows", -2},
        {"/rows", 1e30},
        {"/bytes", nullptr},
        {"/checksumAlgorithm", "sha1"},
        {"/checksum", ""},
        {"/checksum", json::string(63, 'a')},
        {"/checksum", json::string(64, 'A')},
        {"/fileName", ""},
        {"/fileName", ".."},
        {"/fileName", "../../etc/passwd"},
        {"/fileName", "a\\b"},
        {"/fileName", json::string("a\0b", 3)},
        {"/dateCreated", "2020-07-21"},
        {"/dateCreated", 1595332800},
        {"/dateFinished", "2020-07-21T12:00:00+00:00"},
        {"/dateExpired", "2020-07-21T25:00:00Z"},
        {"/consistency", "snapshot"},
        {"/warnings", nullptr},
        {"/warnings", json::array{"cut"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.pointer);
        CAPTURE(to_json(row.value));
        CHECK(refusal(with(row.pointer, &row.value)).starts_with("manifest: " + std::string(row.pointer) + " must "));
    }
    CHECK(refusal("[]") == "manifest must be an object");
    CHECK(refusal("").starts_with("JSON parse error"));
    CHECK(refusal(text_of(finished()) + "x").starts_with("JSON parse error"));
}
