/// @file
/// The file of an export as an answer.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/exported_data.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// Answers a `GET` or `HEAD` for a file that exists, after every check of permissions: the whole file, one range of it
/// (206), or 304, 412 and 416 (RFC 9110, sections 13 and 14). A `HEAD` has no ranges.
/// @pre `record.file` is set
[[nodiscard]] Response download(const Request& request, const ExportedData& record);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/download.ipp>
#endif
