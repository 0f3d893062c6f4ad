#pragma once

#include <dataexport/format/impl/dialect_members.ipp>
#include <dataexport/format/jsonl_dialect.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::jsonl_dialect {

inline constexpr dialect_members::Names<2> decimal_names{"text", "number"};

template <class Members, class Dialect>
void visit(Members& members, Dialect& dialect) {
    using namespace dialect_members;
    members.flag("int64_as_string", dialect.int64_as_string);
    members.flag("omit_null", dialect.omit_null);
    members.choice("decimal", dialect.decimal, decimal_names);
    members.choice("non_finite", dialect.non_finite, non_finite_names);
    members.choice("bytes", dialect.bytes, bytes_names);
    members.choice("invalid_utf8", dialect.invalid_utf8, invalid_utf8_names);
    members.texts("labels", dialect.labels);
    members.choice("duplicate_labels", dialect.duplicate_labels, duplicate_labels_names);
}

inline json::object all_members(const JsonlDialect& dialect) {
    dialect_members::Printer printer;
    visit(printer, dialect);
    return printer.release();
}

} // namespace detail::jsonl_dialect

DATAEXPORT_DECL Result<JsonlDialect> JsonlDialect::from_json(const json::object& members) {
    JsonlDialect dialect;
    detail::dialect_members::Reader reader(members);
    detail::jsonl_dialect::visit(reader, dialect);
    if (auto error = reader.finish()) return *std::move(error);
    return dialect;
}

DATAEXPORT_DECL json::object JsonlDialect::to_json() const {
    using namespace detail;
    return dialect_members::difference(jsonl_dialect::all_members(*this), jsonl_dialect::all_members({}));
}

DATAEXPORT_NAMESPACE_END
