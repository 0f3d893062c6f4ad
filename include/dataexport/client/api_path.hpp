/// @file
/// Paths of an API that the compiler checks.
#pragma once

#include <dataexport/client/export_api.hpp>
#include <dataexport/client/parameter_text.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// A text as an argument of a template.
template <std::size_t size>
struct FixedText {
    char text[size];

    // NOLINTNEXTLINE(google-explicit-constructor): a literal is what one writes
    consteval FixedText(const char (&literal)[size]) { std::copy_n(literal, size, text); }
    [[nodiscard]] constexpr std::string_view view() const { return {text, size - 1}; }
};

/// The value of the `$name` in a path; made by `path<"name">(value)`.
template <FixedText name>
struct PathParameter {
    std::string value;
};

/// @param value a text, an integer or an id. It becomes one segment, whatever it holds.
template <FixedText name, ParameterValue Value>
[[nodiscard]] PathParameter<name> path(const Value& value) {
    return {parameter_text(value)};
}

/// Stands in place of the path parameters: nothing is ever fetched.
struct Skip {};
inline constexpr Skip skip{};

namespace detail::path_pattern {

// Not constexpr: a call of these is what the compiler complains about, by name.
inline void this_path_is_not_in_the_list_of_patterns() {}
inline void a_path_parameter_is_missing() {}
inline void a_path_parameter_is_surplus() {}

/// Calls `use` with each `$name` of a pattern, without its `$`.
template <class Use>
constexpr void for_each_name(std::string_view pattern, Use use) {
    for (std::size_t at = pattern.find('$'); at != std::string_view::npos; at = pattern.find('$', at + 1)) {
        use(pattern.substr(at + 1, pattern.find('/', at) - at - 1));
    }
}

template <class Api>
constexpr void check_known(std::string_view pattern) {
    for (const std::string_view known : Api::patterns) {
        if (known == pattern) return;
    }
    this_path_is_not_in_the_list_of_patterns();
}

template <std::size_t count>
constexpr void check_names(std::string_view pattern, const std::array<std::string_view, count>& given) {
    std::size_t wanted = 0;
    for_each_name(pattern, [&](std::string_view name) {
        ++wanted;
        if (std::find(given.begin(), given.end(), name) == given.end()) a_path_parameter_is_missing();
    });
    if (wanted < count) a_path_parameter_is_surplus();
}

} // namespace detail::path_pattern

/// A pattern that `Api` knows, whose `$names` are those of `Parameters`; anything else does not compile.
///
/// An API is a type that lists its patterns:
/// `struct Shop { static constexpr std::string_view patterns[] = {"/orders/", "/orders/$orderId/"}; };`
template <class Api, class... Parameters>
class KnownPath;

template <class Api, FixedText... names>
class KnownPath<Api, PathParameter<names>...> {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): a literal is what one writes
    consteval KnownPath(const char* pattern) : pattern_(pattern) {
        detail::path_pattern::check_known<Api>(pattern_);
        detail::path_pattern::check_names(pattern_, std::array<std::string_view, sizeof...(names)>{names.view()...});
    }
    [[nodiscard]] constexpr std::string_view pattern() const { return pattern_; }

private:
    std::string_view pattern_;
};

template <class Api>
class KnownPath<Api, Skip> {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): a literal is what one writes
    consteval KnownPath(const char* pattern) { detail::path_pattern::check_known<Api>(pattern); }
};

/// A path with its parameters in place, percent-encoded; without the base of the API.
struct ApiPath {
    std::string text; ///< Empty if it is refused.
    /// `Errc::cancelled` for `skip`; `Errc::invalid_request` for a value that is no segment.
    std::optional<Error> refused;
};

namespace detail::path_pattern {

struct NamedValue {
    std::string_view name;
    std::string_view value;
};

/// @return `Errc::invalid_request` for values that would not stay where they are put: empty, `.` and `..`.
[[nodiscard]] ApiPath fill(std::string_view pattern, const NamedValue* values, std::size_t count);

} // namespace detail::path_pattern

/// Puts parameters into the path of an API.
template <class Api = ExportApi, FixedText... names>
[[nodiscard]] ApiPath api_path(std::type_identity_t<KnownPath<Api, PathParameter<names>...>> known,
                               const PathParameter<names>&... parameters) {
    const std::array<detail::path_pattern::NamedValue, sizeof...(names)> values{
        detail::path_pattern::NamedValue{names.view(), parameters.value}...};
    return detail::path_pattern::fill(known.pattern(), values.data(), values.size());
}

template <class Api = ExportApi>
[[nodiscard]] ApiPath api_path(std::type_identity_t<KnownPath<Api, Skip>>, Skip) {
    return {{}, Error{Errc::cancelled, "This request is skipped."}};
}

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/api_path.ipp>
#endif
