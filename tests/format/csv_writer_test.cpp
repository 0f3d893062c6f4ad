#include <dataexport/format/csv_writer.hpp>

#include "csv_cases.hpp"
#include "random_rows.hpp"
#include "support/source_folder.hpp"

#include <doctest/doctest.h>

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

using namespace format_tests;
using namespace dataexport;

namespace {

/// Checks every case of this number; there is at least one.
void check_bytes(std::string_view number) {
    std::size_t found = 0;
    for (const auto& item : csv_cases()) {
        if (item.number != number) continue;
        ++found;
        const auto written = write_csv(item.names, item.rows, item.dialect);
        CHECK(written.bytes == item.bytes);
        CHECK(!written.failure);
    }
    REQUIRE(found > 0);
}

/// Writes a row that cannot be written after one that can.
Written write_after_good_row(const Row& bad, std::string_view dialect) {
    return write_csv({"id", "name"}, {{1, "good"}, bad, {3, "late"}}, dialect);
}

void check_failed(const Written& written, Errc code, std::string_view place) {
    REQUIRE(written.failure);
    CHECK(written.failure->code == code);
    CHECK(written.failure->detail.find(place) != std::string::npos);
    CHECK(written.bytes == "id,name\r\n1,good\r\n");
}

std::string to_hex(std::string_view bytes) {
    const std::vector<unsigned char> unsigned_bytes(bytes.begin(), bytes.end());
    return reference::bytes_text(unsigned_bytes, BytesForm::hex);
}

} // namespace

TEST_CASE("D1: no rows are a header") { check_bytes("D1"); }
TEST_CASE("D2: no rows without a header are no bytes") { check_bytes("D2"); }
TEST_CASE("D3: plain cells are bare") { check_bytes("D3"); }
TEST_CASE("D4: the delimiter inside text is quoted") { check_bytes("D4"); }
TEST_CASE("D5: a quote inside text is doubled") { check_bytes("D5"); }
TEST_CASE("D6: a quote alone is four") { check_bytes("D6"); }
TEST_CASE("D7: text in quotes keeps its quotes") { check_bytes("D7"); }
TEST_CASE("D8: a line end inside text is quoted and unchanged, whatever ends the lines") { check_bytes("D8"); }
TEST_CASE("D9: NULL and empty text differ") { check_bytes("D9"); }
TEST_CASE("D10: a row of NULLs is delimiters") { check_bytes("D10"); }
TEST_CASE("D11: a NULL alone in its row is not an empty line") {
    check_bytes("D11");
    CHECK(write_csv({"a"}, {{Null{}}, {Null{}}}).warned("null_as_empty") == 2);
    CHECK(write_csv({"a"}, {{Null{}}}, R"({"null_token": "\\N"})").warnings.empty());
    CHECK(write_csv({"a", "b"}, {{Null{}, Null{}}}).warnings.empty());
}
TEST_CASE("D12: text that equals the NULL token is quoted") { check_bytes("D12"); }
TEST_CASE("D13: the NULL token has a case") { check_bytes("D13"); }
TEST_CASE("D14: blanks at the ends of text are quoted") { check_bytes("D14"); }
TEST_CASE("D15: the end marker of PostgreSQL COPY is quoted") { check_bytes("D15"); }
TEST_CASE("D16: another delimiter is what gets quoted") { check_bytes("D16"); }
TEST_CASE("D17: TAB as the delimiter") { check_bytes("D17"); }
TEST_CASE("D18: quote=all quotes everything but NULL") { check_bytes("D18"); }
TEST_CASE("D19: quote=strings quotes text alone") { check_bytes("D19"); }
TEST_CASE("D20: headings are quoted like text") { check_bytes("D20"); }
TEST_CASE("D21: the second of two equal headings is numbered if asked") { check_bytes("D21"); }
TEST_CASE("D22: a byte order mark stands before the header") { check_bytes("D22"); }

TEST_CASE("D23: a resumed file has one byte order mark and one header") {
    const Rows rows{{1, "=a"}, {2, "b\xFF"}, {3, "=c"}};
    const std::string_view dialect = R"({"bom": true, "formula_guard": "escape"})";
    const auto whole = write_csv({"id", "name"}, rows, dialect);

    auto first = make_writer(ExportFormat::csv, {"id", "name"}, dialect);
    first->begin();
    REQUIRE(put(*first, rows[0]));
    REQUIRE(put(*first, rows[1]));
    const std::string durable(first->output());
    auto second = make_writer(ExportFormat::csv, {"id", "name"}, dialect);
    second->resume(first->rows(), first->warnings());
    REQUIRE(put(*second, rows[2]));

    CHECK(durable + std::string(second->output()) == whole.bytes);
    CHECK(second->rows() == 3);
    CHECK(second->warnings() == whole.warnings);
}

TEST_CASE("D24: each part has a byte order mark and a header, and no part ends inside of a row") {
    const Rows rows{{1, "a"}, {2, "b"}, {3, "c"}};
    const auto writer = make_writer(ExportFormat::csv, {"id", "name"}, R"({"bom": true})");
    writer->begin();
    writer->set_output_limit(writer->output().size() + 6);
    CHECK(put(*writer, rows[0]));
    CHECK_FALSE(put(*writer, rows[1]));
    CHECK(writer->output() == "\xEF\xBB\xBFid,name\r\n1,a\r\n2,b\r\n");
    writer->clear_output();
    writer->begin();
    CHECK(put(*writer, rows[2]));
    CHECK(writer->output() == "\xEF\xBB\xBFid,name\r\n3,c\r\n");
    CHECK(writer->rows() == 3);
    CHECK(!writer->failure());
}

TEST_CASE("D25: Excel does not take a first heading ID for SYLK") { check_bytes("D25"); }

TEST_CASE("D26: bytes that are not UTF-8 are replaced, or fail the export") {
    check_bytes("D26");
    CHECK(write_csv({"a"}, {{"a\xFF"
                             "b"}})
              .warned("invalid_utf8_replaced") == 1);
    check_failed(write_after_good_row({2, "a\xFF"}, R"({"invalid_utf8": "fail"})"), Errc::invalid_utf8,
                 "row 2, column name");
}

TEST_CASE("D27: one replacement character for each maximal subpart") { check_bytes("D27"); }

TEST_CASE("D28: a character of several bytes survives any emptying of the buffer") {
    const std::string text = "\xF0\x9F\x98\x80\xE2\x82\xAC\xC3\xA9";
    for (std::size_t length = 0; length < 40; ++length) {
        const auto value = std::string(length, 'x') + text;
        const auto writer = make_writer(ExportFormat::csv, {"a"}, R"({"header": false})");
        writer->set_output_limit(1);
        std::string file;
        for (int i = 0; i < 3; ++i) {
            CHECK_FALSE(put(*writer, Row{value}));
            file += writer->output();
            writer->clear_output();
        }
        CHECK(file == value + "\r\n" + value + "\r\n" + value + "\r\n");
    }
}

TEST_CASE("D29: NUL is kept, left out or a failure") {
    check_bytes("D29");
    CHECK(write_csv({"a"}, {{"a\0b"s}}).warnings.empty());
    CHECK(write_csv({"a"}, {{"a\0b\0"s}}, R"({"nul": "strip"})").warned("nul_stripped") == 1);
    check_failed(write_after_good_row({2, "a\0b"s}, R"({"nul": "fail"})"), Errc::nul_in_text, "row 2, column name");
}

TEST_CASE("D30: integers keep all their digits") { check_bytes("D30"); }
TEST_CASE("D31: zero and false are not empty") { check_bytes("D31"); }

TEST_CASE("D32: reals have the shortest digits, whatever the locale") {
    check_bytes("D32");
    const char* const before = std::setlocale(LC_ALL, nullptr);
    const std::string restored = before;
    for (const char* const name : {"de_DE.UTF-8", "de_DE", "C.UTF-8"}) {
        if (std::setlocale(LC_ALL, name) != nullptr) check_bytes("D32");
    }
    std::setlocale(LC_ALL, restored.c_str());
}

TEST_CASE("D33: decimals keep their digits") { check_bytes("D33"); }
TEST_CASE("D34: a decimal comma in numbers alone") { check_bytes("D34"); }

TEST_CASE("D35: reals that are not numbers are NULL, text or a failure") {
    check_bytes("D35");
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(write_csv({"a", "b"}, {{nan, nan}}).warned("non_finite_as_null") == 2);
    CHECK(write_csv({"a"}, {{nan}}, R"({"non_finite": "text"})").warnings.empty());
    check_failed(write_after_good_row({nan, "x"}, R"({"non_finite": "fail"})"), Errc::not_a_number, "row 2, column id");
}

TEST_CASE("D36: bytes are Base64 or hex, and never mistaken for NULL") { check_bytes("D36"); }

TEST_CASE("D37: a text that Excel would cut is whole and has a warning") {
    check_bytes("D37");
    const auto warned = [](const std::string& text) {
        return write_csv({"a"}, {{text}}, R"({"preset": "excel"})").warned("excel_cell_limit");
    };
    CHECK(warned(std::string(40000, 'x')) == 1);
    CHECK(warned(std::string(32767, 'x')) == 0);
    CHECK(warned(std::string(32768, 'x')) == 1);
    std::string smileys;
    for (int i = 0; i < 16384; ++i) {
        smileys += "\xF0\x9F\x98\x80";
    }
    CHECK(warned(smileys) == 1);
    CHECK(warned(smileys.substr(4)) == 0);
    CHECK(write_csv({"a"}, {{std::string(40000, 'x')}}).warnings.empty());
}

TEST_CASE("D38: a second part in the excel preset begins like the first and goes on with the next row") {
    const std::string_view dialect = R"({"preset": "excel"})";
    auto first = make_writer(ExportFormat::csv, {"n"}, dialect);
    first->begin();
    const std::string heading(first->output());
    for (std::int64_t i = 1; i <= 1000; ++i) {
        REQUIRE(put(*first, Row{i}));
    }
    auto second = make_writer(ExportFormat::csv, {"n"}, dialect);
    second->resume(first->rows(), first->warnings());
    second->begin();
    REQUIRE(put(*second, Row{1001}));
    CHECK(first->output().ends_with("\r\n1000\r\n"));
    CHECK(second->output() == heading + "1001\r\n");
    CHECK(second->rows() == 1001);
}

TEST_CASE("D39: a list is JSON text, quoted as text is") { check_bytes("D39"); }

TEST_CASE("D40: a formula gets an apostrophe in front") {
    check_bytes("D40");
    CHECK(write_csv({"a"}, {{"=1"}, {"b"}, {"=2"}}, R"({"formula_guard": "escape"})").warned("formula_guarded") == 2);
}

TEST_CASE("D41: a formula fails the export if it is to be rejected") {
    check_failed(write_after_good_row({2, "=1+1"}, R"({"formula_guard": "reject"})"), Errc::formula_detected,
                 "row 2, column name");
    const auto heading = write_csv({"=1"}, {{1}}, R"({"formula_guard": "reject"})");
    REQUIRE(heading.failure);
    CHECK(heading.failure->code == Errc::formula_detected);
    CHECK(heading.failure->detail.starts_with("header, column =1"));
    CHECK(heading.bytes.empty());
}

TEST_CASE("D42: a row with more or fewer cells than columns fails the export") {
    check_failed(write_after_good_row({2}, "{}"), Errc::schema_drift, "row 2 has 1 cells for 2 columns");
    check_failed(write_after_good_row({2, "x", "y"}, "{}"), Errc::schema_drift, "row 2 has 3 cells for 2 columns");
    check_failed(write_after_good_row({}, "{}"), Errc::schema_drift, "row 2 has 0 cells for 2 columns");
}

TEST_CASE("CsvWriter writes nothing after a failure and keeps the first one") {
    const auto writer = make_writer(ExportFormat::csv, {"a", "b"}, R"({"invalid_utf8": "fail", "nul": "fail"})");
    writer->begin();
    CHECK_FALSE(put(*writer, Row{"\xFF", "\0"s}));
    CHECK_FALSE(put(*writer, Row{1, 2}));
    CHECK(writer->output() == "a,b\r\n");
    CHECK(writer->rows() == 0);
    REQUIRE(writer->failure());
    CHECK(writer->failure()->code == Errc::invalid_utf8);
    CHECK(writer->failure()->detail == "row 1, column a: the text is not UTF-8");
}

TEST_CASE("CsvWriter::clear_output keeps the row that has not ended") {
    const auto writer = make_writer(ExportFormat::csv, {"a", "b"}, "{}");
    writer->begin();
    writer->integer(1);
    writer->clear_output();
    CHECK(writer->output().empty());
    writer->text("x");
    CHECK(writer->end_row());
    CHECK(writer->output() == "1,x\r\n");
}

TEST_CASE("CsvWriter::end_row asks for a stop when the output has reached its limit") {
    const auto writer = make_writer(ExportFormat::csv, {"a"}, R"({"header": false})");
    writer->set_output_limit(6);
    CHECK(put(*writer, Row{1}));
    CHECK_FALSE(put(*writer, Row{2}));
    CHECK(writer->output() == "1\r\n2\r\n");
    writer->clear_output();
    CHECK(put(*writer, Row{3}));
}

TEST_CASE("CsvWriter copies text of every length and finds what needs quotes at every place") {
    for (std::size_t length = 1; length < 70; ++length) {
        const std::string plain(length, 'x');
        CHECK(write_csv({"a", "b"}, {{plain, 1}}, R"({"header": false})").bytes == plain + ",1\r\n");
        for (std::size_t at = 0; at < length; ++at) {
            auto comma = plain;
            comma[at] = ',';
            CHECK(write_csv({"a", "b"}, {{comma, 1}}, R"({"header": false})").bytes == '"' + comma + "\",1\r\n");
        }
    }
}

TEST_CASE("CsvWriter writes a decimal that is not a number as text") {
    CHECK(write_csv({"a", "b"}, {{Decimal{"=1+1"}, Decimal{"NaN"}}}, R"({"header": false, "formula_guard": "escape"})")
              .bytes == "'=1+1,NaN\r\n");
}

TEST_CASE("S17: text that a spreadsheet would compute starts with an apostrophe") {
    for (const auto& text : {"=1+1"s, "+1+1"s, "-1+1"s, "@SUM(A1)"s, "\t=1"s, "\r=1"s, "\n=1"s, "\0=1"s, " =1"s,
                             "\xC2\xA0=1"s, "\xEF\xBB\xBF=1"s,
                             "\xEF\xBC\x9D"
                             "1"s,
                             "\xEF\xBC\xA0x"s}) {
        const auto written = write_csv({"a"}, {{text}}, R"({"header": false, "formula_guard": "escape"})");
        const bool quoted = text.find_first_of("\t\r\n\0"s) == 0 || text[0] == ' ';
        CHECK(written.bytes == (quoted ? "\"'" + text + "\"\r\n" : "'" + text + "\r\n"));
        CHECK(written.warned("formula_guarded") == 1);
    }
}

TEST_CASE("S18: numbers are not guarded") {
    const auto written =
        write_csv({"a", "b", "c"}, {{-1, 0.5, -1.5}}, R"({"header": false, "formula_guard": "escape"})");
    CHECK(written.bytes == "-1,0.5,-1.5\r\n");
    CHECK(written.warnings.empty());
}

TEST_CASE("S19: text that is a number is guarded only if strict") {
    const Rows rows{{"-12.5", "-1e5", "+4915112345678"}};
    const std::vector<std::string> names{"a", "b", "c"};
    CHECK(write_csv(names, rows, R"({"header": false, "formula_guard": "escape"})").bytes ==
          "-12.5,-1e5,+4915112345678\r\n");
    const auto strict =
        write_csv(names, rows, R"({"header": false, "formula_guard": "escape", "numeric_text": "strict"})");
    CHECK(strict.bytes == "'-12.5,'-1e5,'+4915112345678\r\n");
    CHECK(strict.warned("formula_guarded") == 3);
}

TEST_CASE("S20: headings are guarded") {
    const auto written = write_csv({"=HYPERLINK(\"http://x\",\"y\")"}, {}, R"({"formula_guard": "escape"})");
    CHECK(written.bytes == "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n");
    CHECK(written.warned("formula_guarded") == 1);
}

TEST_CASE("S21: quotes and separators do not end the guard") { check_bytes("S21"); }

TEST_CASE("S22: a formula after a foreign separator is written as it is, with a warning") {
    check_bytes("S22");
    const auto count = [](const Cell& cell, std::string_view dialect) {
        return write_csv({"a", "b"}, {{1, cell}}, dialect).warned("formula_after_foreign_separator");
    };
    CHECK(count("a;=1+1", R"({"formula_guard": "escape"})") == 1);
    CHECK(count("a\t=1+1;=2", R"({"formula_guard": "escape"})") == 1);
    CHECK(count("a,=1+1", R"({"formula_guard": "escape", "delimiter": ";"})") == 1);
    CHECK(count("a,=1+1", R"({"formula_guard": "escape"})") == 0);
    CHECK(count("a;-5", R"({"formula_guard": "escape"})") == 0);
    CHECK(count("a;=1+1", R"({"formula_guard": "off"})") == 0);
    CHECK(count(Json{R"(["a;=1+1"])"}, R"({"formula_guard": "escape"})") == 1);
}

namespace {

void append_round_trip_case(std::ostream& out, const std::string& name, const std::vector<std::string>& names,
                            const Rows& rows, const CsvDialect& dialect, std::string_view bytes) {
    json::array expected;
    auto all = rows;
    if (dialect.header) all.insert(all.begin(), reference::header(names));
    for (const auto& row : all) {
        json::array cells;
        for (const auto& cell : row) {
            cells.emplace_back(to_hex(reference::csv_value(cell, dialect).value_or(dialect.null_token)));
        }
        expected.emplace_back(std::move(cells));
    }
    out << to_json(json::object{{"name", name},
                                {"delimiter", std::string_view(&dialect.delimiter, 1)},
                                {"bytes", to_hex(bytes)},
                                {"rows", std::move(expected)}})
        << '\n';
}

CsvDialect csv_dialect(std::string_view text) {
    return CsvDialect::from_json(unguarded(ExportFormat::csv, text)).value();
}

/// The names that the file has for the columns.
std::vector<std::string> labels(const CsvCase& item, const CsvDialect& dialect) {
    return column_names(label_columns(text_columns(item.names), dialect.labels, dialect.duplicate_labels).value());
}

} // namespace

TEST_CASE("CsvWriter writes random rows as the reference does, however they are batched and resumed") {
    std::mt19937 random(20200721);
    for (int i = 0; i < 400; ++i) {
        const auto file = random_file(random);
        const auto dialect = random_csv_dialect(random);
        CAPTURE(dialect);
        const auto whole = write_csv(file.names, file.rows, dialect);
        REQUIRE(whole.bytes == reference::csv(file.names, file.rows, csv_dialect(dialect)));
        const auto pieces = write_in_pieces(ExportFormat::csv, file, dialect, random);
        REQUIRE(pieces.bytes == whole.bytes);
        REQUIRE(pieces.warnings == whole.warnings);
    }
}

TEST_CASE("D43: Python's csv module reads every file back as its input") {
    const auto path = std::filesystem::temp_directory_path() /
                      ("dataexport_csv_round_trip_" + std::to_string(std::random_device{}()) + ".jsonl");
    {
        std::ofstream out(path);
        for (const auto& item : csv_cases()) {
            const auto dialect = csv_dialect(item.dialect);
            append_round_trip_case(out, item.number, labels(item, dialect), item.rows, dialect, item.bytes);
        }
        std::mt19937 random(43);
        for (int i = 0; i < 100; ++i) {
            const auto file = random_file(random);
            const auto text = random_csv_dialect(random);
            append_round_trip_case(out, "random " + text, file.names, file.rows, csv_dialect(text),
                                   write_csv(file.names, file.rows, text).bytes);
        }
    }
    const auto command =
        "python3 '" + std::string(support::source_folder) + "/tests/format/csv_round_trip.py' '" + path.string() + "'";
    CHECK(std::system(command.c_str()) == 0);
    std::filesystem::remove(path);
}
