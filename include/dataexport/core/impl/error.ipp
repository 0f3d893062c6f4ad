#pragma once

#include <dataexport/core/error.hpp>

#include <array>
#include <cstddef>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail {

struct ErrcRow {
    Errc code;
    std::string_view name;
    Condition condition;
};

inline constexpr std::array errc_table{
    ErrcRow{Errc::invalid_request, "invalid-request", Condition::invalid_request},
    ErrcRow{Errc::invalid_query_type, "invalid-query-type", Condition::invalid_request},
    ErrcRow{Errc::invalid_query, "invalid-query", Condition::invalid_request},
    ErrcRow{Errc::invalid_date_range, "invalid-date-range", Condition::invalid_request},
    ErrcRow{Errc::invalid_field, "invalid-field", Condition::invalid_request},
    ErrcRow{Errc::invalid_project, "invalid-project", Condition::invalid_request},
    ErrcRow{Errc::invalid_environment, "invalid-environment", Condition::invalid_request},
    ErrcRow{Errc::invalid_dataset, "invalid-dataset", Condition::invalid_request},
    ErrcRow{Errc::invalid_group, "invalid-group", Condition::invalid_request},
    ErrcRow{Errc::invalid_dialect, "invalid-dialect", Condition::invalid_request},
    ErrcRow{Errc::invalid_cursor, "invalid-cursor", Condition::invalid_request},
    ErrcRow{Errc::invalid_configuration, "invalid-configuration", Condition::invalid_request},
    ErrcRow{Errc::invalid_input, "invalid-input", Condition::invalid_request},
    ErrcRow{Errc::unsupported, "unsupported", Condition::invalid_request},
    ErrcRow{Errc::outside_retention, "outside-retention", Condition::invalid_request},
    ErrcRow{Errc::wrong_argument_type, "wrong-argument-type", Condition::invalid_request},
    ErrcRow{Errc::formula_detected, "formula-detected", Condition::invalid_request},
    ErrcRow{Errc::invalid_utf8, "invalid-utf8", Condition::invalid_request},
    ErrcRow{Errc::nul_in_text, "nul-in-text", Condition::invalid_request},
    ErrcRow{Errc::not_a_number, "not-a-number", Condition::invalid_request},
    ErrcRow{Errc::too_large, "too-large", Condition::invalid_request},
    ErrcRow{Errc::limit_exceeded, "limit-exceeded", Condition::invalid_request},
    ErrcRow{Errc::not_authenticated, "not-authenticated", Condition::denied},
    ErrcRow{Errc::permission_denied, "permission-denied", Condition::denied},
    ErrcRow{Errc::permission_revoked, "permission-revoked", Condition::denied},
    ErrcRow{Errc::feature_disabled, "feature-disabled", Condition::denied},
    ErrcRow{Errc::not_found, "not-found", Condition::not_found},
    ErrcRow{Errc::gone, "gone", Condition::not_found},
    ErrcRow{Errc::already_exists, "already-exists", Condition::conflict},
    ErrcRow{Errc::lease_lost, "lease-lost", Condition::conflict},
    ErrcRow{Errc::not_live, "not-live", Condition::conflict},
    ErrcRow{Errc::cancelled, "cancelled", Condition::conflict},
    ErrcRow{Errc::unavailable, "unavailable", Condition::unavailable},
    ErrcRow{Errc::busy, "busy", Condition::unavailable},
    ErrcRow{Errc::timed_out, "timed-out", Condition::unavailable},
    ErrcRow{Errc::rate_limited, "rate-limited", Condition::unavailable},
    ErrcRow{Errc::quota_exceeded, "quota-exceeded", Condition::unavailable},
    ErrcRow{Errc::out_of_memory, "out-of-memory", Condition::unavailable},
    ErrcRow{Errc::no_space, "no-space", Condition::unavailable},
    ErrcRow{Errc::corrupt, "corrupt", Condition::corrupt},
    ErrcRow{Errc::checksum_mismatch, "checksum-mismatch", Condition::corrupt},
    ErrcRow{Errc::order_violation, "order-violation", Condition::corrupt},
    ErrcRow{Errc::schema_drift, "schema-drift", Condition::corrupt},
    ErrcRow{Errc::query_failed, "query-failed", Condition::corrupt},
    ErrcRow{Errc::unsupported_version, "unsupported-version", Condition::corrupt},
    ErrcRow{Errc::attempts_exhausted, "attempts-exhausted", Condition::corrupt},
    ErrcRow{Errc::internal, "internal", Condition::corrupt},
};

constexpr bool errc_table_is_complete() {
    for (std::size_t i = 0; i < errc_table.size(); ++i) {
        if (static_cast<std::size_t>(errc_table[i].code) != i) return false;
    }
    return errc_table.size() == static_cast<std::size_t>(Errc::internal) + 1;
}
static_assert(errc_table_is_complete(), "one row per code, in the order of the enumeration");

inline constexpr std::array<std::string_view, 6> condition_names{"invalid_request", "denied",      "not_found",
                                                                 "conflict",        "unavailable", "corrupt"};

} // namespace detail

DATAEXPORT_DECL std::string_view to_string(Errc code) noexcept {
    return detail::errc_table[static_cast<std::size_t>(code)].name;
}

DATAEXPORT_DECL Errc errc_from_string(std::string_view name) noexcept {
    for (const auto& row : detail::errc_table) {
        if (row.name == name) return row.code;
    }
    return Errc::internal;
}

DATAEXPORT_DECL Condition condition(Errc code) noexcept {
    return detail::errc_table[static_cast<std::size_t>(code)].condition;
}

DATAEXPORT_DECL std::string_view to_string(Condition condition) noexcept {
    return detail::condition_names[static_cast<std::size_t>(condition)];
}

DATAEXPORT_DECL Exception::Exception(Error error)
    : std::runtime_error(std::string(to_string(error.code)) + ": " + error.detail), error_(std::move(error)) {}

DATAEXPORT_DECL void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw Exception(error);
}

DATAEXPORT_NAMESPACE_END
