#pragma once

#include <dataexport/api/conditional.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::conditional {

enum class Comparison { strong, weak };

/// Takes the next entity tag, with its `W/` and quotes, from the front of a list; empty at its end or where it is
/// broken.
inline std::string_view next_tag(std::string_view& list) noexcept {
    const auto start = list.find_first_not_of(", \t");
    if (start == std::string_view::npos) return {};
    list.remove_prefix(start);
    const std::size_t quote = list.starts_with("W/") ? 2 : 0;
    if (list.size() <= quote || list[quote] != '"') return {};
    const auto end = list.find('"', quote + 1);
    if (end == std::string_view::npos) return {};
    const auto tag = list.substr(0, end + 1);
    list.remove_prefix(end + 1);
    return tag;
}

/// Whether one field value names `etag`, which is strong.
inline bool names(std::string_view list, std::string_view etag, Comparison comparison) noexcept {
    if (list == "*") return true;
    for (auto tag = next_tag(list); !tag.empty(); tag = next_tag(list)) {
        if (comparison == Comparison::weak && tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag == etag) return true;
    }
    return false;
}

/// What the fields of one name, all together, say about `etag`.
struct Verdict {
    bool present = false;
    bool matches = false;
};

inline Verdict look_up(const Headers& request, std::string_view name, std::string_view etag, Comparison comparison) {
    Verdict verdict;
    for (const auto& [field, value] : request) {
        if (!equal_ignoring_case(field, name)) continue;
        verdict.present = true;
        verdict.matches = verdict.matches || names(value, etag, comparison);
    }
    return verdict;
}

} // namespace detail::conditional

DATAEXPORT_DECL Precondition check_preconditions(const Headers& request, std::string_view etag) {
    using namespace detail::conditional;
    const auto if_match = look_up(request, "If-Match", etag, Comparison::strong);
    if (if_match.present && !if_match.matches) return Precondition::failed;
    const auto if_none_match = look_up(request, "If-None-Match", etag, Comparison::weak);
    return if_none_match.matches ? Precondition::not_modified : Precondition::passed;
}

DATAEXPORT_DECL bool range_applies(const Headers& request, std::string_view etag) {
    const auto if_range = request.find("If-Range");
    return !if_range || *if_range == etag;
}

DATAEXPORT_DECL std::string entity_tag(std::string_view checksum) {
    std::string tag = "\"sha256-";
    tag += checksum;
    tag += '"';
    return tag;
}

DATAEXPORT_NAMESPACE_END
