/// @file
/// Cells as values, so that tests can hold rows in tables.
#pragma once

#include <dataexport/core/json.hpp>
#include <dataexport/core/time.hpp>
#include <dataexport/format/make_writer.hpp>
#include <dataexport/ports/row_source.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace format_tests {

using namespace std::string_literals;
namespace dx = dataexport;

struct Null {};
struct Decimal {
    std::string digits;
};
struct Json {
    std::string text;
};
using Bytes = std::vector<unsigned char>;
using Cell =
    std::variant<Null, bool, std::int64_t, std::uint64_t, double, Decimal, std::string, dx::TimePoint, Json, Bytes>;
using Row = std::vector<Cell>;
using Rows = std::vector<Row>;

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

/// @tparam Sink the abstract sink, or a writer for sources that know its type.
template <class Sink>
void put(Sink& sink, const Cell& cell) {
    std::visit(Overloaded{[&](Null) { sink.null(); }, [&](bool v) { sink.boolean(v); },
                          [&](std::int64_t v) { sink.integer(v); }, [&](std::uint64_t v) { sink.unsigned_integer(v); },
                          [&](double v) { sink.real(v); }, [&](const Decimal& v) { sink.decimal(v.digits); },
                          [&](const std::string& v) { sink.text(v); }, [&](dx::TimePoint v) { sink.timestamp(v); },
                          [&](const Json& v) { sink.json(v.text); }, [&](const Bytes& v) { sink.bytes(v); }},
               cell);
}

/// @return what `end_row` says
template <class Sink>
bool put(Sink& sink, const Row& row) {
    for (const auto& cell : row) {
        put(sink, cell);
    }
    return sink.end_row();
}

inline std::vector<dx::Column> text_columns(const std::vector<std::string>& names) {
    std::vector<dx::Column> columns;
    for (const auto& name : names) {
        columns.push_back({name, dx::ColumnType::text});
    }
    return columns;
}

inline dx::json::object object(std::string_view text) { return dx::parse_json(text).value().as_object(); }

/// The dialect, with the formula guard off unless it sets it.
inline dx::json::object unguarded(dx::ExportFormat format, std::string_view dialect) {
    auto members = object(dialect);
    if (format == dx::ExportFormat::csv) members.emplace("formula_guard", "off");
    return members;
}

/// A writer with the formula guard off, unless the dialect sets it.
inline std::unique_ptr<dx::RowWriter> make_writer(dx::ExportFormat format, const std::vector<std::string>& names,
                                                  std::string_view dialect) {
    return dx::make_row_writer(format, text_columns(names), unguarded(format, dialect)).value();
}

struct Written {
    std::string bytes;
    std::vector<dx::Warning> warnings;
    std::optional<dx::Error> failure;

    /// The count of the warning of this code; 0 if there is none.
    [[nodiscard]] std::uint64_t warned(std::string_view code) const {
        for (const auto& warning : warnings) {
            if (warning.code == code) return warning.count;
        }
        return 0;
    }
};

inline Written result_of(const dx::RowWriter& writer) {
    return {std::string(writer.output()), writer.warnings(), writer.failure()};
}

inline Written write(dx::ExportFormat format, const std::vector<std::string>& names, const Rows& rows,
                     std::string_view dialect = "{}") {
    const auto writer = make_writer(format, names, dialect);
    writer->begin();
    for (const auto& row : rows) {
        if (!put(*writer, row) && writer->failure()) break;
    }
    return result_of(*writer);
}

inline Written write_csv(const std::vector<std::string>& names, const Rows& rows, std::string_view dialect = "{}") {
    return write(dx::ExportFormat::csv, names, rows, dialect);
}

inline Written write_jsonl(const std::vector<std::string>& names, const Rows& rows, std::string_view dialect = "{}") {
    return write(dx::ExportFormat::jsonl, names, rows, dialect);
}

} // namespace format_tests
