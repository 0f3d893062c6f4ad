/// @file
/// `GET /api/0/organizations/{organization}/data-export/{id}/`
#pragma once

#include <dataexport/api/api_context.hpp>
#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <optional>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// The details object, with an entity tag that changes with it; with the parameter `download` the file, if there is one
/// and it has not expired (reference, 2.4 and 9).
[[nodiscard]] Result<Response> export_details(const ApiContext& context, const ApiCall& call, std::string_view id);

/// The file of an export that the caller may have, or the part of it that was asked for.
/// @return none if there is no file that can be downloaded now; `Errc::corrupt` if it is not what the record says.
[[nodiscard]] Result<std::optional<Response>> export_file(const ApiContext& context, const ApiCall& call,
                                                          const ExportedData& record);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/export_details.ipp>
#endif
