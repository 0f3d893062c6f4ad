#include "fuzz/require.hpp"

#include <dataexport/core/json.hpp>
#include <dataexport/format/csv_dialect.hpp>
#include <dataexport/format/jsonl_dialect.hpp>
#include <dataexport/format/make_writer.hpp>
#include <dataexport/format/text_encoding.hpp>
#include <dataexport/memory/memory_row_source.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace dataexport;

namespace {

/// What a dialect says of itself is read as the same dialect.
template <class Dialect>
void check_own_words(const json::object& members) {
    const auto dialect = Dialect::from_json(members);
    if (!dialect) {
        require(dialect.error().code == Errc::invalid_dialect && dialect.error().detail.starts_with('/'));
        return;
    }
    const auto written = dialect->to_json();
    const auto again = Dialect::from_json(written);
    require(again.has_value() && *again == *dialect && to_json(again->to_json()) == to_json(written));
}

/// One row without labels, which need not fit the columns. @return none if a cell is refused
std::optional<std::string> write(ExportFormat format, json::object dialect, const std::vector<MemoryCell>& cells) {
    const std::vector<Column> columns(cells.size());
    dialect.erase("labels");
    dialect["duplicate_labels"] = "number";
    auto writer = make_row_writer(format, columns, dialect);
    require(writer.has_value());
    for (const auto& cell : cells) {
        put_cell(**writer, cell);
    }
    (void)(*writer)->end_row();
    if ((*writer)->failure()) return std::nullopt;
    return std::string((*writer)->output());
}

struct Field {
    std::string text;
    bool quoted = false;
};

/// Reads one record as any reader of this dialect does (RFC 4180 with another delimiter and line end).
std::vector<Field> read_record(std::string_view record, const CsvDialect& dialect) {
    const std::string_view end = dialect.eol == LineEnd::crlf ? "\r\n" : "\n";
    require(record.ends_with(end));
    record.remove_suffix(end.size());
    std::vector<Field> fields(1);
    bool inside = false;
    for (std::size_t i = 0; i < record.size(); ++i) {
        const char c = record[i];
        if (inside && c == '"' && i + 1 < record.size() && record[i + 1] == '"') {
            fields.back().text += record[++i];
        } else if (c == '"') {
            require(inside || fields.back().text.empty());
            inside = !inside;
            fields.back().quoted = true;
        } else if (c == dialect.delimiter && !inside) {
            fields.emplace_back();
        } else {
            require(inside || (c != '\r' && c != '\n'));
            fields.back().text += c;
        }
    }
    require(!inside);
    return fields;
}

/// Whatever dialect is accepted can be read without guessing: text comes back, and NULL is not text.
void check_csv(const json::object& members, std::string_view text) {
    const auto dialect = CsvDialect::from_json(members);
    if (!dialect) return;
    const auto record =
        write(ExportFormat::csv, members,
              {MemoryCell(), dialect->null_token, std::string(text), -0.5, std::numeric_limits<double>::infinity(),
               true, TimePoint{}, std::vector<unsigned char>{0xFB, 0xFF}});
    if (!record) return;
    const auto fields = read_record(*record, *dialect);
    require(fields.size() == 8);
    require(!fields[0].quoted && fields[0].text == dialect->null_token);
    require(fields[1].quoted || fields[1].text != dialect->null_token);
    const bool unchanged = dialect->formula_guard != FormulaGuard::escape && dialect->nul == NulPolicy::keep;
    require(!unchanged || !is_valid_utf8(text) || fields[2].text == text);
    require(fields[3].text == (dialect->decimal_comma ? "-0,5" : "-0.5"));
    for (std::size_t i = 3; i < fields.size(); ++i) {
        const bool null_for_infinity = i == 4 && dialect->non_finite == NonFinite::null;
        require(null_for_infinity || fields[i].quoted || fields[i].text != dialect->null_token);
    }
}

void check_jsonl(const json::object& members, std::string_view text) {
    if (!JsonlDialect::from_json(members)) return;
    const auto line = write(ExportFormat::jsonl, members, {std::string(text), 0.5, MemoryCell(), DecimalCell{"1.10"}});
    if (!line) return;
    require(line->ends_with('\n') && line->find('\n') == line->size() - 1);
    const auto value = parse_json(*line);
    require(value.has_value() && value->is_object());
    const auto& first = value->get_object().begin()->value();
    require(first.is_string() && (!is_valid_utf8(text) || std::string_view(first.get_string()) == text));
}

} // namespace

/// The first line is a dialect, what follows is text to write with it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto line_end = std::min(input.find('\n'), size);
    const auto value = parse_json(input.substr(0, line_end));
    if (!value || !value->is_object()) return 0;
    const auto text = input.substr(std::min(size, line_end + 1));
    check_own_words<CsvDialect>(value->get_object());
    check_own_words<JsonlDialect>(value->get_object());
    check_csv(value->get_object(), text);
    check_jsonl(value->get_object(), text);
    return 0;
}
