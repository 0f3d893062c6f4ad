#include <dataexport/assembly/retry_policy.hpp>

#include <doctest/doctest.h>

using namespace dataexport;
using std::chrono::seconds;

// The reference counts retries down: 3 left is attempt 1 here.
TEST_CASE("task-003, task-004: RetryPolicy::delay doubles from 30 s and stops at 300 s") {
    const RetryPolicy policy;
    CHECK(policy.delay(1) == seconds{30});
    CHECK(policy.delay(2) == seconds{60});
    CHECK(policy.delay(3) == seconds{120});
    CHECK(policy.delay(4) == seconds{240});
    CHECK(policy.delay(5) == seconds{300});
    CHECK(policy.delay(1000) == seconds{300});
}

TEST_CASE("RetryPolicy::after tries errors that may pass again with half the rows, but never with none") {
    const RetryPolicy policy;
    const Error timeout{Errc::timed_out, ""};
    CHECK(policy.after(timeout, 1, 10'000) == Retry{seconds{30}, 5'000});
    CHECK(policy.after(timeout, 2, 5'000) == Retry{seconds{60}, 2'500});
    CHECK(policy.after(timeout, 3, 3) == Retry{seconds{120}, 1});
    CHECK(policy.after(timeout, 3, 1) == Retry{seconds{120}, 1});
    CHECK_FALSE(policy.after(timeout, 4, 10'000).has_value());
}

TEST_CASE("RetryPolicy::after gives up at once where trying again cannot help") {
    const RetryPolicy policy;
    for (const Errc code : {Errc::invalid_query, Errc::permission_revoked, Errc::order_violation, Errc::schema_drift,
                            Errc::query_failed, Errc::formula_detected}) {
        CAPTURE(to_string(code));
        CHECK_FALSE(policy.after(Error{code, ""}, 1, 100).has_value());
    }
    CHECK(policy.after(Error{Errc::internal, ""}, 1, 100).has_value());
    CHECK(policy.after(Error{Errc::no_space, ""}, 1, 100).has_value());
}
