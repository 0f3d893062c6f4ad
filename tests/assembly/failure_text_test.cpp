#include <dataexport/assembly/failure_text.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace dataexport;

namespace {

constexpr std::string_view timeout = "\nQuery timeout. Please try again. If the problem persists try a smaller date "
                                     "range or fewer projects. Also consider a\n"
                                     "filter on the transaction field if you're filtering performance data.\n";

struct Row {
    const char* cases; ///< The reference's own tests that assert this text.
    Errc code;
    std::string_view text;
};

constexpr std::array rows{
    Row{"task-019, task-057", Errc::outside_retention, "Invalid date range. Please try a more recent date range."},
    Row{"task-021, task-022", Errc::invalid_query, "Invalid query. Please fix the query and try again."},
    Row{"task-024, task-025", Errc::wrong_argument_type, "Invalid query. Argument to function is wrong type."},
    Row{"task-027", Errc::unavailable, "Internal error. Please try again."},
    Row{"task-028", Errc::rate_limited, timeout},
    Row{"QueryMemoryLimitExceeded", Errc::out_of_memory, timeout},
    Row{"task-030, task-031", Errc::timed_out, timeout},
    Row{"task-033, task-034, task-036, task-037", Errc::query_failed, "Internal error. Your query failed to run."},
    Row{"S30", Errc::internal, "Internal processing failure"},
};

} // namespace

TEST_CASE("user_error speaks of engines in the reference's words, and shows nothing of the original") {
    for (const auto& row : rows) {
        CAPTURE(row.cases);
        const Error shown = user_error(Error{row.code, "SELECT secret FROM /var/lib/x.db"});
        CHECK(shown.code == row.code);
        CHECK(shown.detail == row.text);
    }
}

TEST_CASE("user_error keeps what speaks of the request") {
    const Error asked{Errc::formula_detected, "row 2, column \"title\": a formula"};
    CHECK(user_error(asked) == asked);
}
