#pragma once

#include <dataexport/format/csv_dialect.hpp>
#include <dataexport/format/csv_writer.hpp>
#include <dataexport/format/jsonl_dialect.hpp>
#include <dataexport/format/jsonl_writer.hpp>
#include <dataexport/format/labels.hpp>
#include <dataexport/format/make_writer.hpp>

#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::make_writer {

template <class Dialect>
Result<json::object> canonical(const json::object& members) {
    const auto dialect = Dialect::from_json(members);
    if (!dialect) return dialect.error();
    return dialect->to_json();
}

template <class Writer, class Dialect>
Result<std::unique_ptr<RowWriter>> labelled(std::span<const Column> columns, Dialect dialect) {
    const auto labelled = label_columns(columns, dialect.labels, dialect.duplicate_labels);
    if (!labelled) return labelled.error();
    return std::unique_ptr<RowWriter>(new Writer(*labelled, std::move(dialect)));
}

inline Result<std::unique_ptr<RowWriter>> csv(std::span<const Column> columns, const json::object& members) {
    auto dialect = CsvDialect::from_json(members);
    if (!dialect) return dialect.error();
    if (!dialect->header) return std::unique_ptr<RowWriter>(new CsvWriter(columns, *std::move(dialect)));
    return labelled<CsvWriter>(columns, *std::move(dialect));
}

inline Result<std::unique_ptr<RowWriter>> jsonl(std::span<const Column> columns, const json::object& members) {
    auto dialect = JsonlDialect::from_json(members);
    if (!dialect) return dialect.error();
    return labelled<JsonlWriter>(columns, *std::move(dialect));
}

} // namespace detail::make_writer

DATAEXPORT_DECL Result<json::object> check_dialect(ExportFormat format, const json::object& dialect) {
    if (dialect.empty()) return dialect; // nothing differs from the default
    return format == ExportFormat::csv ? detail::make_writer::canonical<CsvDialect>(dialect)
                                       : detail::make_writer::canonical<JsonlDialect>(dialect);
}

DATAEXPORT_DECL Result<std::unique_ptr<RowWriter>> make_row_writer(ExportFormat format, std::span<const Column> columns,
                                                                   const json::object& dialect) {
    return format == ExportFormat::csv ? detail::make_writer::csv(columns, dialect)
                                       : detail::make_writer::jsonl(columns, dialect);
}

DATAEXPORT_NAMESPACE_END
