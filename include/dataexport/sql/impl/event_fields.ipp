#pragma once

#include <dataexport/sql/event_fields.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <variant>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::event_fields {

inline constexpr std::string_view measurement_prefix = "measurements.";

inline constexpr SqlLiteral project_slug = "(SELECT slug FROM projects WHERE id = e.project_id)";
inline constexpr SqlLiteral hour = "(e.timestamp - (e.timestamp % 3600000000 + 3600000000) % 3600000000)";
inline constexpr SqlLiteral day = "(e.timestamp - (e.timestamp % 86400000000 + 86400000000) % 86400000000)";
inline constexpr SqlLiteral user_display = "COALESCE(e.user_email, e.user_username, e.user_id, e.user_ip)";

inline constexpr std::array<EventField, 27> registry{{
    {"id", "e.id", ColumnType::text, false},
    {"timestamp", "e.timestamp", ColumnType::timestamp, false},
    {"timestamp.to_hour", hour, ColumnType::timestamp, false},
    {"timestamp.to_day", day, ColumnType::timestamp, false},
    {"project", project_slug, ColumnType::text, true},
    {"project.name", project_slug, ColumnType::text, true},
    {"project.id", "e.project_id", ColumnType::integer, false},
    {"project_id", "e.project_id", ColumnType::integer, false},
    {"type", "e.type", ColumnType::text, true},
    {"event.type", "e.type", ColumnType::text, true},
    {"level", "e.level", ColumnType::text, true},
    {"title", "e.title", ColumnType::text, true},
    {"message", "e.message", ColumnType::text, true},
    {"transaction", "e.\"transaction\"", ColumnType::text, true},
    {"transaction.duration", "e.duration", ColumnType::real, true},
    {"platform", "e.platform", ColumnType::text, true},
    {"environment", "e.environment", ColumnType::text, true},
    {"release", "e.\"release\"", ColumnType::text, true},
    {"issue", "e.issue", ColumnType::integer, true},
    {"issue.id", "e.issue", ColumnType::integer, true},
    {"user", "e.\"user\"", ColumnType::text, true},
    {"user.id", "e.user_id", ColumnType::text, true},
    {"user.email", "e.user_email", ColumnType::text, true},
    {"user.username", "e.user_username", ColumnType::text, true},
    {"user.ip", "e.user_ip", ColumnType::text, true},
    {"user.ip_address", "e.user_ip", ColumnType::text, true},
    {"user.display", user_display, ColumnType::text, true},
}};

inline bool is_function(std::string_view field) noexcept { return field.find('(') != std::string_view::npos; }

inline bool is_equality(SearchOperator op) noexcept {
    return op == SearchOperator::equal || op == SearchOperator::not_equal;
}

/// Whether values of the type can be compared in this way.
struct Suits {
    ColumnType type;
    SearchOperator op;

    bool operator()(const std::string& text) const noexcept {
        if (type == ColumnType::text) return true;
        return is_equality(op) && (text.empty() || type != ColumnType::timestamp);
    }
    bool operator()(const std::vector<std::string>&) const noexcept { return type != ColumnType::timestamp; }
    bool operator()(double) const noexcept { return is_number(); }
    bool operator()(const std::vector<double>&) const noexcept { return is_number(); }
    /// Tags hold booleans as text.
    bool operator()(std::int64_t) const noexcept {
        return is_number() || (type == ColumnType::text && is_equality(op));
    }
    bool operator()(TimePoint) const noexcept { return type == ColumnType::timestamp; }

    bool is_number() const noexcept { return type == ColumnType::integer || type == ColumnType::real; }
};

inline Result<void> check_filter(const SearchFilter& filter) {
    if (filter.aggregate) {
        return Error{Errc::invalid_query, filter.key + ": conditions on functions are not supported here"};
    }
    const auto type = event_field_type(filter.key);
    if (!std::visit(Suits{type, filter.op}, filter.value)) {
        return Error{Errc::invalid_query, filter.key + " holds values of the type " + std::string(to_string(type)) +
                                              " here, which cannot be compared with that"};
    }
    return ok();
}

inline Result<void> check_terms(const std::vector<SearchTerm>& terms) {
    for (const auto& term : terms) {
        auto checked = ok();
        if (const auto* filter = std::get_if<SearchFilter>(&term.item)) checked = check_filter(*filter);
        if (const auto* group = std::get_if<SearchGroup>(&term.item)) checked = check_terms(group->terms);
        if (!checked) return checked;
    }
    return ok();
}

/// The reference selects these by itself (reference, 5.2), so one may sort by them.
inline bool is_automatic(std::string_view field) noexcept { return field == "id" || field == "project.name"; }

} // namespace detail::event_fields

DATAEXPORT_DECL const EventField* find_event_field(std::string_view name) noexcept {
    const auto& registry = detail::event_fields::registry;
    const auto* found = std::find_if(registry.begin(), registry.end(), [&](auto& field) { return field.name == name; });
    return found == registry.end() ? nullptr : found;
}

DATAEXPORT_DECL ColumnType event_field_type(std::string_view name) noexcept {
    if (const auto* field = find_event_field(name)) return field->type;
    return name.starts_with(detail::event_fields::measurement_prefix) ? ColumnType::real : ColumnType::text;
}

DATAEXPORT_DECL Result<void> check_event_query(const EventQuery& query) {
    if (query.fields.empty()) return Error{Errc::invalid_field, "at least one field is required to export"};
    for (const auto& field : query.fields) {
        if (detail::event_fields::is_function(field)) {
            return Error{Errc::invalid_field, field + ": functions are not supported here"};
        }
    }
    for (std::string_view field : query.sort) {
        if (field.starts_with('-')) field.remove_prefix(1);
        if (!detail::event_fields::is_automatic(field) &&
            std::find(query.fields.begin(), query.fields.end(), field) == query.fields.end()) {
            return Error{Errc::invalid_query, "Cannot sort by a field that is not selected."};
        }
    }
    return detail::event_fields::check_terms(query.search.terms());
}

DATAEXPORT_NAMESPACE_END
