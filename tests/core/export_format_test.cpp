#include <dataexport/core/export_format.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace dataexport;

TEST_CASE("a format has a name, which is read back, and a media type") {
    CHECK(to_string(ExportFormat::csv) == "csv");
    CHECK(to_string(ExportFormat::jsonl) == "jsonl");
    CHECK(export_format_from_string("csv") == ExportFormat::csv);
    CHECK(export_format_from_string("jsonl") == ExportFormat::jsonl);
    CHECK(content_type(ExportFormat::csv) == "text/csv");
    CHECK(content_type(ExportFormat::jsonl) == "application/x-ndjson");
}

TEST_CASE("export_format_from_string knows no other names") {
    for (const std::string name : {"", "CSV", "json", "csv ", "xlsx"}) {
        CAPTURE(name);
        CHECK(!export_format_from_string(name).has_value());
    }
}
