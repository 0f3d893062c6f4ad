/// @file
/// `POST .../{id}/ticket/`
#pragma once

#include <dataexport/api/api_context.hpp>
#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Makes a link to the file that is good for some minutes without a login:
/// `{"url": "...?download=true&ticket=...", "dateExpired": "..."}` with 201.
/// @return `Errc::not_found` for an export that the caller may not know of, and where there are no tickets;
/// `Errc::permission_revoked`; `Errc::not_live` if there is no file yet, `Errc::gone` if it has expired.
[[nodiscard]] Result<Response> ticket_export(const ApiContext& context, const ApiCall& call, std::string_view id);

/// Sends the file to the holder of a ticket, as long as the user it was made for may have it.
/// @return `Errc::permission_denied` for a ticket that is not good, `Errc::not_found`, `Errc::permission_revoked`,
/// `Errc::not_live` if there is no file yet, `Errc::gone` if it has expired.
[[nodiscard]] Result<Response> download_with_ticket(const ApiContext& context, const Request& request,
                                                    std::string_view organization, std::string_view id);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/ticket_export.ipp>
#endif
