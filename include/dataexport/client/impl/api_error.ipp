#pragma once

#include <dataexport/client/api_error.hpp>
#include <dataexport/core/parse_integer.hpp>

#include <algorithm>
#include <array>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

namespace detail::error_parts {

inline Errc code_of(int status) {
    switch (status) {
    case 401:
        return Errc::not_authenticated;
    case 403:
        return Errc::permission_denied;
    case 404:
        return Errc::not_found;
    case 409:
        return Errc::already_exists;
    case 410:
        return Errc::gone;
    case 413:
        return Errc::too_large;
    case 429:
        return Errc::rate_limited;
    default:
        break;
    }
    if (status >= 500) return Errc::unavailable;
    return status >= 400 ? Errc::invalid_request : Errc::unsupported;
}

inline std::string detail_in(const json::value& body) {
    const auto* object = body.if_object();
    const auto* member = object != nullptr ? object->if_contains("detail") : nullptr;
    return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
}

/// All of the text as a number of at most nine digits.
inline std::optional<int> number(std::string_view text) {
    if (text.size() > 9 || text.starts_with('-')) return {};
    return parse_integer<int>(text);
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the form of dates that senders must use (RFC 9110, section 5.6.7).
inline std::optional<TimePoint> http_date(std::string_view text) {
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || text.substr(25) != " GMT") return {};
    const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
    const auto year = number(text.substr(12, 4));
    const auto day = number(text.substr(5, 2));
    const auto hour = number(text.substr(17, 2));
    const auto minute = number(text.substr(20, 2));
    const auto second = number(text.substr(23, 2));
    if (month == months.end() || !year || !day || !hour || !minute || !second) return {};
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return {};
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

} // namespace detail::error_parts

DATAEXPORT_DECL std::string ApiError::message() const {
    if (!detail.empty()) return detail;
    return status != 0 ? "The server answered " + std::to_string(status) + "." : "The server cannot be reached.";
}

DATAEXPORT_DECL ApiError api_error(const ApiAnswer& answer, TimePoint now) {
    ApiError error;
    error.code = detail::error_parts::code_of(answer.status);
    error.status = answer.status;
    if (auto body = parse_json(answer.body)) error.body = *std::move(body);
    error.detail = detail::error_parts::detail_in(error.body);
    error.retry_after = retry_after(answer.headers, now);
    return error;
}

DATAEXPORT_DECL ApiError api_error(const Error& error) { return {.code = error.code, .detail = error.detail}; }

DATAEXPORT_DECL bool retriable(const ApiError& error) noexcept {
    return error.status == 0 ? retriable(error.code) : error.status == 429 || error.status >= 500;
}

DATAEXPORT_DECL std::optional<std::chrono::milliseconds> retry_after(const Headers& headers, TimePoint now) {
    const auto text = headers.find("Retry-After");
    if (!text) return {};
    if (const auto seconds = detail::error_parts::number(*text)) return std::chrono::seconds(*seconds);
    const auto until = detail::error_parts::http_date(*text);
    if (!until) return {};
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(*until - now), std::chrono::milliseconds::zero());
}

DATAEXPORT_DECL void throw_exception_from_error(const ApiError& error, const boost::source_location&) {
    throw Exception(error.error());
}

} // namespace client
DATAEXPORT_NAMESPACE_END
