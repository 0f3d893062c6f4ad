#include <dataexport/api/content_disposition.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using dataexport::Compression;
using dataexport::content_disposition;
using dataexport::ExportFormat;
using dataexport::safe_file_name;

namespace {

using namespace std::string_literals;

std::string repeated(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) {
        out += text;
    }
    return out;
}

} // namespace

TEST_CASE("content_disposition names files as section 5.6 says") {
    const std::string e98 = repeated("%C3%A9", 98);
    const std::pair<std::string, std::string> rows[] = {
        {"report", "attachment; filename=\"report.csv\""},
        {"naïve €.csv", "attachment; filename=\"na_ve _.csv\"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.csv"},
        {"отчёт.csv", "attachment; filename=\"_____.csv\"; filename*=UTF-8''%D0%BE%D1%82%D1%87%D1%91%D1%82.csv"},
        {"a'b(1)%.csv", "attachment; filename=\"a'b(1)_.csv\"; filename*=UTF-8''a%27b%281%29%25.csv"},
        {"50%25.csv", "attachment; filename=\"50_25.csv\"; filename*=UTF-8''50%2525.csv"},
        {"a\"b\\c.csv", "attachment; filename=\"a_b_c.csv\""},
        {"x\r\nSet-Cookie: a=1", "attachment; filename=\"xSet-Cookie_ a=1.csv\""},
        {"../../etc/passwd", "attachment; filename=\"_.._etc_passwd.csv\""},
        {"CON", "attachment; filename=\"_CON.csv\""},
        {"", "attachment; filename=\"export.csv\""},
        {"...", "attachment; filename=\"export.csv\""},
        {repeated("é", 300),
         "attachment; filename=\"" + repeated("_", 98) + ".csv\"; filename*=UTF-8''" + e98 + ".csv"},
        {"inv\xE2\x80\xAEvsc.exe", "attachment; filename=\"invvsc.exe.csv\""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.first);
        CHECK(content_disposition(row.first, ExportFormat::csv) == row.second);
    }
}

TEST_CASE("H17: the name of a compressed file ends in both extensions, once") {
    CHECK(content_disposition("Discover_2020-July-21_27.csv.gz", ExportFormat::csv, Compression::gzip) ==
          "attachment; filename=\"Discover_2020-July-21_27.csv.gz\"");
    CHECK(safe_file_name("Report.CSV.GZ", ExportFormat::csv, Compression::gzip) == "Report.csv.gz");
    CHECK(safe_file_name("a.csv", ExportFormat::csv, Compression::gzip) == "a.csv.csv.gz");
    CHECK(safe_file_name("", ExportFormat::jsonl, Compression::zstd) == "export.jsonl.zst");
    CHECK(safe_file_name(repeated("x", 300), ExportFormat::jsonl, Compression::zstd) ==
          repeated("x", 190) + ".jsonl.zst");
}

TEST_CASE("safe_file_name keeps names usable on every system") {
    const std::pair<std::string, std::string> rows[] = {
        {"Discover_2020-July-21_27.jsonl", "Discover_2020-July-21_27.jsonl"},
        {"Report.JSONL", "Report.jsonl"},
        {"a.csv", "a.csv.jsonl"},
        {".jsonl", "export.jsonl"},
        {" .hidden", "hidden.jsonl"},
        {"nul", "_nul.jsonl"},
        {"Com1.txt", "_Com1.txt.jsonl"},
        {"lpt9 .x", "_lpt9 .x.jsonl"},
        {"com0", "com0.jsonl"},
        {"console", "console.jsonl"},
        {"a\0b"s, "ab.jsonl"},
        {"a\x7F\xC2\x85z", "az.jsonl"},
        {"a\xFFz\xC0\xAFz", "a_z__z.jsonl"},
        {"\xED\xA0\x80", "___.jsonl"},
        {"x\xE2\x82", "x__.jsonl"},
        {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80.jsonl"},
        {repeated("a", 193) + "é", repeated("a", 193) + ".jsonl"},
        {repeated("a", 192) + "é", repeated("a", 192) + "é.jsonl"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.first);
        CHECK(safe_file_name(row.first, ExportFormat::jsonl) == row.second);
        CHECK(safe_file_name(row.first, ExportFormat::jsonl).size() <= 200);
    }
}

TEST_CASE("S24: the header name of a file holds no path, whatever name was given") {
    const std::pair<std::string, std::string> rows[] = {
        {"../../etc/passwd", "_.._etc_passwd.csv"},
        {"/etc/passwd", "_etc_passwd.csv"},
        {"..\\..\\x", "_.._x.csv"},
        {"C:\\x", "C__x.csv"},
        {"a/../b", "a_.._b.csv"},
        {"%2e%2e%2fx", "%2e%2e%2fx.csv"},
        {"a\0b"s, "ab.csv"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.first);
        CHECK(safe_file_name(row.first, ExportFormat::csv) == row.second);
    }
    CHECK(content_disposition("%2e%2e%2fx", ExportFormat::csv) ==
          "attachment; filename=\"_2e_2e_2fx.csv\"; filename*=UTF-8''%252e%252e%252fx.csv");
}

TEST_CASE("S26: a name with a line break and quotes stays within one header field") {
    const auto header = content_disposition("x\"\r\nSet-Cookie: a=1", ExportFormat::csv);
    CHECK(header == "attachment; filename=\"x_Set-Cookie_ a=1.csv\"");
}
