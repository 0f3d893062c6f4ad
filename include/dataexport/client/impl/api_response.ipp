#pragma once

#include <dataexport/client/api_response.hpp>
#include <dataexport/core/parse_integer.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

namespace detail::api_response {

inline std::optional<std::uint64_t> number(const Headers& headers, std::string_view name) {
    const auto text = headers.find(name);
    return text ? parse_integer<std::uint64_t>(*text) : std::nullopt;
}

} // namespace detail::api_response

DATAEXPORT_DECL ResponseHeaders response_headers(const Headers& headers) {
    const auto link = headers.find("Link");
    return {link ? parse_page_links(*link) : PageLinks{}, detail::api_response::number(headers, "X-Hits"),
            detail::api_response::number(headers, "X-Max-Hits")};
}

DATAEXPORT_DECL ApiResult<ApiResponse<json::value>> read_answer(const ApiAnswer& answer) {
    ApiResponse<json::value> response{response_headers(answer.headers), nullptr, answer.status};
    if (answer.body.empty()) return response;
    auto body = parse_json(answer.body);
    if (!body) {
        auto error = api_error(Error{Errc::corrupt, "The answer of the server is not JSON."});
        error.status = answer.status;
        return error;
    }
    response.json = *std::move(body);
    return response;
}

} // namespace client
DATAEXPORT_NAMESPACE_END
