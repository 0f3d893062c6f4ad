#include <dataexport/core/error.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <set>
#include <string>

using namespace dataexport;

namespace {

struct Row {
    Errc code;
    std::string name;
    Condition condition;
};

const Row rows[] = {
    {Errc::invalid_request, "invalid-request", Condition::invalid_request},
    {Errc::invalid_query_type, "invalid-query-type", Condition::invalid_request},
    {Errc::invalid_query, "invalid-query", Condition::invalid_request},
    {Errc::invalid_date_range, "invalid-date-range", Condition::invalid_request},
    {Errc::invalid_field, "invalid-field", Condition::invalid_request},
    {Errc::invalid_project, "invalid-project", Condition::invalid_request},
    {Errc::invalid_environment, "invalid-environment", Condition::invalid_request},
    {Errc::invalid_dataset, "invalid-dataset", Condition::invalid_request},
    {Errc::invalid_group, "invalid-group", Condition::invalid_request},
    {Errc::invalid_dialect, "invalid-dialect", Condition::invalid_request},
    {Errc::invalid_cursor, "invalid-cursor", Condition::invalid_request},
    {Errc::invalid_configuration, "invalid-configuration", Condition::invalid_request},
    {Errc::invalid_input, "invalid-input", Condition::invalid_request},
    {Errc::unsupported, "unsupported", Condition::invalid_request},
    {Errc::outside_retention, "outside-retention", Condition::invalid_request},
    {Errc::wrong_argument_type, "wrong-argument-type", Condition::invalid_request},
    {Errc::formula_detected, "formula-detected", Condition::invalid_request},
    {Errc::invalid_utf8, "invalid-utf8", Condition::invalid_request},
    {Errc::nul_in_text, "nul-in-text", Condition::invalid_request},
    {Errc::not_a_number, "not-a-number", Condition::invalid_request},
    {Errc::too_large, "too-large", Condition::invalid_request},
    {Errc::limit_exceeded, "limit-exceeded", Condition::invalid_request},
    {Errc::not_authenticated, "not-authenticated", Condition::denied},
    {Errc::permission_denied, "permission-denied", Condition::denied},
    {Errc::permission_revoked, "permission-revoked", Condition::denied},
    {Errc::feature_disabled, "feature-disabled", Condition::denied},
    {Errc::not_found, "not-found", Condition::not_found},
    {Errc::gone, "gone", Condition::not_found},
    {Errc::already_exists, "already-exists", Condition::conflict},
    {Errc::lease_lost, "lease-lost", Condition::conflict},
    {Errc::not_live, "not-live", Condition::conflict},
    {Errc::cancelled, "cancelled", Condition::conflict},
    {Errc::unavailable, "unavailable", Condition::unavailable},
    {Errc::busy, "busy", Condition::unavailable},
    {Errc::timed_out, "timed-out", Condition::unavailable},
    {Errc::rate_limited, "rate-limited", Condition::unavailable},
    {Errc::quota_exceeded, "quota-exceeded", Condition::unavailable},
    {Errc::out_of_memory, "out-of-memory", Condition::unavailable},
    {Errc::no_space, "no-space", Condition::unavailable},
    {Errc::corrupt, "corrupt", Condition::corrupt},
    {Errc::checksum_mismatch, "checksum-mismatch", Condition::corrupt},
    {Errc::order_violation, "order-violation", Condition::corrupt},
    {Errc::schema_drift, "schema-drift", Condition::corrupt},
    {Errc::query_failed, "query-failed", Condition::corrupt},
    {Errc::unsupported_version, "unsupported-version", Condition::corrupt},
    {Errc::attempts_exhausted, "attempts-exhausted", Condition::corrupt},
    {Errc::internal, "internal", Condition::corrupt},
};

} // namespace

TEST_CASE("each Errc has its name and its Condition") {
    std::set<Errc> codes;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(to_string(row.code) == row.name);
        CHECK(errc_from_string(row.name) == row.code);
        CHECK(condition(row.code) == row.condition);
        CHECK(condition(Error{row.code, ""}) == row.condition);
        CHECK(retriable(row.code) == (row.condition == Condition::unavailable));
        CHECK(retriable(Error{row.code, ""}) == (row.condition == Condition::unavailable));
        codes.insert(row.code);
    }
    CHECK(codes.size() == static_cast<std::size_t>(Errc::internal) + 1);
}

TEST_CASE("errc_from_string takes a name that is not one for internal") {
    for (const std::string name : {"", "Busy", "busy ", "invalid_query", "no such"}) {
        CAPTURE(name);
        CHECK(errc_from_string(name) == Errc::internal);
    }
}

TEST_CASE("to_string(Condition) gives the six names") {
    CHECK(to_string(Condition::invalid_request) == "invalid_request");
    CHECK(to_string(Condition::denied) == "denied");
    CHECK(to_string(Condition::not_found) == "not_found");
    CHECK(to_string(Condition::conflict) == "conflict");
    CHECK(to_string(Condition::unavailable) == "unavailable");
    CHECK(to_string(Condition::corrupt) == "corrupt");
}

TEST_CASE("Result::value throws an Exception that holds the error") {
    const Result<int> failed = Error{Errc::no_space, "the disk is full"};
    try {
        static_cast<void>(failed.value());
        FAIL("nothing was thrown");
    } catch (const Exception& exception) {
        CHECK(exception.error() == Error{Errc::no_space, "the disk is full"});
        CHECK(std::string(exception.what()) == "no-space: the disk is full");
    }
    CHECK(ok().has_value());
}
