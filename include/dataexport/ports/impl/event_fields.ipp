#pragma once

#include <dataexport/ports/event.hpp>
#include <dataexport/ports/event_fields.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <variant>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::event_fields {

inline constexpr std::array<EventField, 27> registry{{
    {"id", EventFieldId::id, ColumnType::text, false},
    {"timestamp", EventFieldId::timestamp, ColumnType::timestamp, false},
    {"timestamp.to_hour", EventFieldId::timestamp_hour, ColumnType::timestamp, false},
    {"timestamp.to_day", EventFieldId::timestamp_day, ColumnType::timestamp, false},
    {"project", EventFieldId::project_slug, ColumnType::text, true},
    {"project.name", EventFieldId::project_slug, ColumnType::text, true},
    {"project.id", EventFieldId::project_id, ColumnType::integer, false},
    {"project_id", EventFieldId::project_id, ColumnType::integer, false},
    {"type", EventFieldId::type, ColumnType::text, true},
    {"event.type", EventFieldId::type, ColumnType::text, true},
    {"level", EventFieldId::level, ColumnType::text, true},
    {"title", EventFieldId::title, ColumnType::text, true},
    {"message", EventFieldId::message, ColumnType::text, true},
    {"transaction", EventFieldId::transaction, ColumnType::text, true},
    {"transaction.duration", EventFieldId::duration, ColumnType::real, true},
    {"platform", EventFieldId::platform, ColumnType::text, true},
    {"environment", EventFieldId::environment, ColumnType::text, true},
    {"release", EventFieldId::release, ColumnType::text, true},
    {"issue", EventFieldId::issue, ColumnType::integer, true},
    {"issue.id", EventFieldId::issue, ColumnType::integer, true},
    {"user", EventFieldId::user, ColumnType::text, true},
    {"user.id", EventFieldId::user_id, ColumnType::text, true},
    {"user.email", EventFieldId::user_email, ColumnType::text, true},
    {"user.username", EventFieldId::user_username, ColumnType::text, true},
    {"user.ip", EventFieldId::user_ip, ColumnType::text, true},
    {"user.ip_address", EventFieldId::user_ip, ColumnType::text, true},
    {"user.display", EventFieldId::user_display, ColumnType::text, true},
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
    const auto type = event_field(filter.key).type;
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

DATAEXPORT_DECL EventField event_field(std::string_view name) noexcept {
    constexpr std::string_view measurement = "measurements.";
    for (const auto& field : detail::event_fields::registry) {
        if (field.name == name) return field;
    }
    if (name.starts_with(measurement)) {
        return {name.substr(measurement.size()), EventFieldId::measurement, ColumnType::real, true};
    }
    return {tag_name(name), EventFieldId::tag, ColumnType::text, true};
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
