/// @file
/// The names that columns have in a file.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/row_source.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Two columns of one name.
enum class DuplicateLabels : std::uint8_t {
    fail,   ///< The dialect does not fit the columns.
    number, ///< The second `id` becomes `id_2`, or the next number that is free.
};

[[nodiscard]] std::vector<std::string> column_names(std::span<const Column> columns);

/// The columns as a file names them: by `labels`, or by their own names if there are none.
/// @return `Errc::invalid_dialect` if there are more or fewer labels than columns, or for a duplicate.
[[nodiscard]] Result<std::vector<Column>>
label_columns(std::span<const Column> columns, std::span<const std::string> labels, DuplicateLabels duplicates);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/format/impl/labels.ipp>
#endif
