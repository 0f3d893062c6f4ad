/// @file
/// The path and the URL parameters of a request, for frameworks that do not decode them.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Sets `path` and `query` of a request from the target in its first line: `/a%20b?c=d+e`, or a whole URL
/// (RFC 9112, section 3.2). A `%` that no two hex digits follow stays, and parameters without a name are left out.
void set_target(Request& request, std::string_view target);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/request_target.ipp>
#endif
