/// @file
/// The `Link` header of a list.
#pragma once

#include <dataexport/core/config.hpp>

#include <optional>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// Where the pages before and after one begin.
struct PageLinks {
    std::optional<std::string> previous; ///< The cursor of the page before; none if that page is empty.
    std::optional<std::string> next;     ///< The cursor of the page after; none if that page is empty.

    friend bool operator==(const PageLinks&, const PageLinks&) = default;
};

/// Reads `<url>; rel="next"; results="true"; cursor="0:100:0", ...` (RFC 8288). What cannot be read is left out.
[[nodiscard]] PageLinks parse_page_links(std::string_view header);

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/page_links.ipp>
#endif
