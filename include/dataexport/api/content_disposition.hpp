/// @file
/// The `Content-Disposition` of a download (RFC 6266, RFC 8187).
#pragma once

#include <dataexport/core/compression.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/export_format.hpp>

#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// A name under which any system can save a file: UTF-8 of at most 200 bytes, without controls, bidirectional marks,
/// separators, leading dots or names that Windows reserves, and with the extension of `format` and the suffix of
/// `compression`. Bytes that are not UTF-8 become `_`.
[[nodiscard]] std::string safe_file_name(std::string_view name, ExportFormat format,
                                         Compression compression = Compression::none);

/// `attachment; filename="..."`, and `filename*` where the safe form of `name` has characters that the first cannot
/// carry.
/// @param name from anywhere; it never breaks out of the header.
[[nodiscard]] std::string content_disposition(std::string_view name, ExportFormat format,
                                              Compression compression = Compression::none);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/content_disposition.ipp>
#endif
