/// @file
/// The writer of a format, and the check of a dialect before there is one.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/export_format.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/format/row_writer.hpp>

#include <memory>
#include <span>

DATAEXPORT_NAMESPACE_BEGIN

/// Checks the dialect of a request when it is made.
/// @return its canonical form: what differs from the default, in one fixed order. `Errc::invalid_dialect` lists
/// everything wrong.
[[nodiscard]] Result<json::object> check_dialect(ExportFormat format, const json::object& dialect);

/// The writer of `format` for rows of `columns`.
/// @param dialect as a request gives it, or as `check_dialect` returns it; may be empty.
/// @return `Errc::invalid_dialect` as `check_dialect`, and for labels that do not fit the columns.
[[nodiscard]] Result<std::unique_ptr<RowWriter>> make_row_writer(ExportFormat format, std::span<const Column> columns,
                                                                 const json::object& dialect);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/format/impl/make_writer.ipp>
#endif
