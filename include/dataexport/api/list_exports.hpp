/// @file
/// `GET /api/0/organizations/{organization}/data-export/`
#pragma once

#include <dataexport/api/api_context.hpp>
#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// A page of details objects, newest first: the caller's own, or the organization's for `event:admin`. `Link` names the
/// pages before and after, `X-Hits` how many there are in all.
///
/// Parameters: `per_page`, 1 to 100 and 100 by default; `cursor`. @return `Errc::invalid_request` or
/// `Errc::invalid_cursor` for others.
[[nodiscard]] Result<Response> list_exports(const ApiContext& context, const ApiCall& call);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/list_exports.ipp>
#endif
