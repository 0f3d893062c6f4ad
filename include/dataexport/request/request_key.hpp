/// @file
/// What makes two requests equal.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/ports/digest.hpp>

#include <string>

DATAEXPORT_NAMESPACE_BEGIN

/// The key under which live exports are unique: equal for records that equal each other in organization, user, query
/// type, query info, format, compression, dialect, limit, environment and projects, whatever the order of keys in their
/// JSON.
/// @return 64 lower-case hex digits.
[[nodiscard]] std::string request_key(const ExportedData& record, const Digest& digest);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/request_key.ipp>
#endif
