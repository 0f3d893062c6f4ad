/// @file
/// An export as callers see it.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/time_point.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// The details object: the reference's keys in its order (reference, 2.5), then `format`, `compression` (null, `gzip`
/// or `zstd`), `progress` {`rows`, `bytes`}, `warnings` [{`code`, `detail`, `count`}], `error` (null or {`code`,
/// `detail`, `retriable`}) and `checksumAlgorithm`.
/// @param now the instant that `status` is computed for.
[[nodiscard]] json::object export_json(const ExportedData& record, TimePoint now);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/export_json.ipp>
#endif
