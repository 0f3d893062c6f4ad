#pragma once

#include <dataexport/format/number_text.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::number_text {

/// Takes the digits off the front. @return how many there were
inline std::size_t take_digits(std::string_view& text) noexcept {
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') {
        ++count;
    }
    text.remove_prefix(count);
    return count;
}

inline bool take_one_of(std::string_view& text, std::string_view wanted) noexcept {
    if (text.empty() || wanted.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

/// Takes an exponent, if there is one. @return whether nothing is left
inline bool ends_with_exponent(std::string_view text) noexcept {
    if (take_one_of(text, "eE")) {
        take_one_of(text, "+-");
        if (take_digits(text) == 0) return false;
    }
    return text.empty();
}

} // namespace detail::number_text

DATAEXPORT_DECL bool is_json_number(std::string_view text) noexcept {
    using namespace detail::number_text;
    take_one_of(text, "-");
    const bool zero = text.starts_with('0');
    const auto whole = take_digits(text);
    if (whole == 0 || (zero && whole > 1)) return false;
    if (take_one_of(text, ".") && take_digits(text) == 0) return false;
    return ends_with_exponent(text);
}

DATAEXPORT_DECL bool is_spreadsheet_number(std::string_view text) noexcept {
    using namespace detail::number_text;
    take_one_of(text, "+-");
    const auto whole = take_digits(text);
    const auto fraction = take_one_of(text, ".,") ? take_digits(text) : 0;
    return whole + fraction != 0 && ends_with_exponent(text);
}

DATAEXPORT_NAMESPACE_END
