#pragma once

#include <dataexport/assembly/failure_text.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::failure_text {

inline constexpr std::string_view timeout = "\nQuery timeout. Please try again. If the problem persists try a smaller "
                                            "date range or fewer projects. Also consider a\n"
                                            "filter on the transaction field if you're filtering performance data.\n";

inline std::string_view text(Errc code) {
    switch (code) {
    case Errc::invalid_query:
        return "Invalid query. Please fix the query and try again.";
    case Errc::outside_retention:
        return "Invalid date range. Please try a more recent date range.";
    case Errc::wrong_argument_type:
        return "Invalid query. Argument to function is wrong type.";
    case Errc::timed_out:
    case Errc::rate_limited:
    case Errc::out_of_memory:
        return timeout;
    case Errc::query_failed:
        return "Internal error. Your query failed to run.";
    case Errc::unavailable:
    case Errc::busy:
        return "Internal error. Please try again.";
    case Errc::no_space:
        return "There is no room to store the file. Please try again later.";
    case Errc::permission_revoked:
        return "You no longer have access to the data of this export.";
    case Errc::order_violation:
        return "The rows did not come in a stable order, so the export was stopped.";
    case Errc::corrupt:
    case Errc::checksum_mismatch:
        return "Failed to save the assembled file.";
    case Errc::internal:
        return "Internal processing failure";
    default:
        return {};
    }
}

} // namespace detail::failure_text

DATAEXPORT_DECL Error user_error(const Error& error) {
    const auto text = detail::failure_text::text(error.code);
    return text.empty() ? error : Error{error.code, std::string(text)};
}

DATAEXPORT_NAMESPACE_END
