/// @file
/// Parts of a record as JSON, in the one form that answers, manifests and stores use.
#pragma once

#include <dataexport/core/compression.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/warning.hpp>

#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Its name; null for `Compression::none`.
[[nodiscard]] json::value to_json(Compression compression);

/// `[{"code": "row_limit", "detail": "...", "count": 1}, ...]`
[[nodiscard]] json::array to_json(const std::vector<Warning>& warnings);
/// The opposite of `to_json`. @return `Errc::corrupt` for anything that it did not make.
[[nodiscard]] Result<std::vector<Warning>> warnings_from_json(const json::value& value);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/core/impl/exported_data_json.ipp>
#endif
