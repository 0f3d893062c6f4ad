#include "sqlite/aggregates.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <string>

using namespace dataexport;
using sqlite::Statement;

namespace {

using Reals = std::vector<double>;
using Outcome = std::optional<double>;

class Calculator {
public:
    Calculator() { REQUIRE(sqlite::add_aggregates(database_).has_value()); }

    /// What an aggregate gives for rows of a column `x`; none for null.
    Outcome operator()(const std::string& aggregate, const std::string& rows) {
        auto statement = database_.prepare("SELECT " + aggregate + " FROM (" + rows + ")").value();
        REQUIRE(statement.step().value());
        return statement.is_null(0) ? Outcome() : statement.real(0);
    }

    Outcome of(const std::string& aggregate, const Reals& values) {
        REQUIRE(database_.exec("CREATE TABLE IF NOT EXISTS numbers (x REAL); DELETE FROM numbers").has_value());
        auto insert = database_.prepare("INSERT INTO numbers VALUES (?1)").value();
        for (const double value : values) {
            insert.bind_real(1, value);
            REQUIRE(insert.run().has_value());
        }
        return (*this)(aggregate, "SELECT x FROM numbers");
    }

    sqlite::Database& database() { return database_; }

private:
    sqlite::Database database_ =
        sqlite::Database::open(":memory:", sqlite::OpenMode::create, std::chrono::seconds{1}).value();
};

} // namespace

TEST_CASE("exact_sum and exact_avg round once, whatever the order") {
    Calculator calculate;
    const double largest = std::numeric_limits<double>::max();
    const double tiny = std::numeric_limits<double>::denorm_min();
    const std::pair<Reals, Outcome> table[] = {
        {{}, {}},
        {{1.5}, 1.5},
        {{1e100, 1, -1e100}, 1.0},
        {{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 1.0},
        {{1e16, 1, 1e-16}, 10000000000000002.0},  // Just above half of the last digit: up.
        {{1e16, 1, -1e-16}, 10000000000000000.0}, // Just below: down.
        {{1e16, 1}, 10000000000000000.0},         // Half: to the even one,
        {{1e16, 3}, 10000000000000004.0},         // here up.
        {{9007199254740992, -0.5, -0x1p-54}, 9007199254740991.0},
        {{largest, -largest, tiny}, tiny},
        {{-0.0, 0.0}, 0.0},
        {{largest, largest}, {}},
        {{HUGE_VAL, 1}, {}},
        {{HUGE_VAL, -HUGE_VAL, 1}, {}},
    };
    for (const auto& [values, expected] : table) {
        auto order = values;
        std::sort(order.begin(), order.end());
        do {
            CHECK(calculate.of("exact_sum(x)", order) == expected);
        } while (order.size() < 4 && std::next_permutation(order.begin(), order.end()));
    }
    CHECK(calculate.of("exact_avg(x)", {1e100, 1, -1e100, 2}) == 0.75);
    CHECK(calculate.of("exact_avg(x)", {1, 2}) == 1.5);
    CHECK(calculate.of("exact_avg(x)", {}) == std::nullopt);
}

TEST_CASE("exact_sum of random numbers does not depend on their order") {
    Calculator calculate;
    std::mt19937 dice(7);
    Reals values;
    for (int i = 0; i < 300; ++i) {
        values.push_back(std::ldexp(static_cast<double>(dice()) - 0x1p31, static_cast<int>(dice() % 200) - 100));
    }
    for (const auto* aggregate : {"exact_sum(x)", "exact_avg(x)", "var_samp(x)", "stddev_samp(x)",
                                  "covar_samp(x, x * 0.7)", "corr(x, x * x)", "percentile_cont(0.37, x)"}) {
        const auto expected = calculate.of(aggregate, values);
        REQUIRE(expected.has_value());
        for (int i = 0; i < 5; ++i) {
            std::shuffle(values.begin(), values.end(), dice);
            CHECK(calculate.of(aggregate, values) == expected);
        }
    }
}

TEST_CASE("exact_total adds sums that are not rounded yet, also over windows that rows leave") {
    Calculator calculate;
    auto statement = calculate.database()
                         .prepare("SELECT column1, exact_total(exact_parts(column2)) OVER (), "
                                  "exact_total(exact_parts(column2)) OVER "
                                  "(ORDER BY column1 ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) "
                                  "FROM (VALUES (1, 1e100), (1, 1.0), (2, -1e100), (2, 0.125), (3, NULL), (4, NULL)) "
                                  "GROUP BY column1")
                         .value();
    for (const Outcome& expected : {Outcome(1e100), Outcome(1.125), Outcome(-1e100), Outcome()}) {
        REQUIRE(statement.step().value());
        CHECK(statement.real(1) == 1.125);
        CHECK((statement.is_null(2) ? Outcome() : statement.real(2)) == expected);
    }
    CHECK(calculate("exact_total(x)", "SELECT NULL AS x") == std::nullopt);
    CHECK(calculate("exact_parts(x)", "SELECT NULL AS x") == std::nullopt);
}

TEST_CASE("exact_avg and percentile_cont of integers are the nearest integers, half of one rounded up") {
    Calculator calculate;
    const auto rounded = [&](const std::string& aggregate, const std::string& rows) {
        auto statement =
            calculate.database().prepare("SELECT " + aggregate + " FROM (SELECT column1 AS x FROM (" + rows + "))");
        REQUIRE(statement->step().value());
        REQUIRE(statement->type(0) == Statement::Type::integer);
        return statement->integer(0);
    };
    CHECK(rounded("exact_avg(x)", "VALUES (1), (2)") == 2);
    CHECK(rounded("exact_avg(x)", "VALUES (-1), (-2)") == -1);
    CHECK(rounded("exact_avg(x)", "VALUES (-1), (-2), (-2)") == -2);
    CHECK(rounded("exact_avg(x)", "VALUES (1), (1), (2)") == 1);
    CHECK(rounded("exact_avg(x)", "VALUES (9223372036854775807), (9223372036854775807)") == 9223372036854775807);
    CHECK(rounded("exact_avg(x)", "VALUES (-9223372036854775807), (9223372036854775807)") == 0);
    // Doubles of this size stand a quarter apart: 4/9 would become a half.
    CHECK(rounded("exact_avg(x)", "VALUES (1589889600000001), (1589889600000001), (1589889600000001), "
                                  "(1589889600000001), (1589889600000000), (1589889600000000), (1589889600000000), "
                                  "(1589889600000000), (1589889600000000)") == 1589889600000000);
    CHECK(rounded("percentile_cont(0.5, x)", "VALUES (1589889600000000), (1589889600000001)") == 1589889600000001);
    CHECK(rounded("percentile_cont(0.45, x)", "VALUES (1589889600000000), (1589889600000001)") == 1589889600000000);
    CHECK(rounded("percentile_cont(0.0, x)", "VALUES (5)") == 5);
}

TEST_CASE("var_samp, stddev_samp, covar_samp and corr lose no digits to large means") {
    Calculator calculate;
    CHECK(calculate.of("var_samp(x)", {}) == std::nullopt);
    CHECK(calculate.of("var_samp(x)", {5}) == std::nullopt);
    CHECK(calculate.of("var_samp(x)", {5, 5, 5}) == 0.0);
    CHECK(calculate.of("var_samp(x)", {2, 4, 4, 4, 5, 5, 7, 9}) == 32.0 / 7);
    CHECK(calculate.of("var_samp(x)", {1e15 + 1, 1e15 + 2, 1e15 + 3}) == 1.0);
    CHECK(calculate.of("var_samp(x)", {1e200, 0}) == std::nullopt); // No double is that large.
    CHECK(calculate.of("stddev_samp(x)", {1, 3, 5}) == 2.0);
    CHECK(calculate.of("stddev_samp(x)", {1}) == std::nullopt);
    const std::string pairs = "SELECT column1 AS x, column2 AS y FROM (VALUES (1e15, 1.0), (NULL, 7.0), "
                              "(1e15 + 1, 3.0), (3.0, NULL), (1e15 + 2, 5.0))";
    CHECK(calculate("covar_samp(x, y)", pairs) == 2.0);
    CHECK(calculate("corr(x, y)", pairs) == 1.0);
    CHECK(calculate("corr(x, -y)", pairs) == -1.0);
    CHECK(calculate("corr(x, 1.0)", pairs) == std::nullopt);
    CHECK(calculate("corr(x, y)", pairs + " LIMIT 1") == std::nullopt);
    CHECK(calculate("covar_samp(x, y)", pairs + " LIMIT 1") == std::nullopt);
}

TEST_CASE("percentile_cont interpolates linearly at p(n-1)") {
    Calculator calculate;
    const std::tuple<double, Reals, Outcome> table[] = {
        {0.5, {}, {}},
        {0.5, {7}, 7.0},
        {0.0, {3, 1, 2}, 1.0},
        {1.0, {3, 1, 2}, 3.0},
        {0.5, {3, 1, 2}, 2.0},
        {0.5, {4, 1, 2, 3}, 2.5},
        {0.75, {10, 20, 30, 40}, 32.5},
        {0.25, {1, 2}, 1.25},
        {0.95, {1, 1, 1, 1}, 1.0},
        {0.9, {0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100}, 90.0},
        {0.5, {0.1, 0.2}, 0.1 + (0.2 - 0.1) * 0.5},
        {0.5, {-1e300, 1e300}, 0.0},
    };
    for (const auto& [fraction, values, expected] : table) {
        CHECK(calculate.of("percentile_cont(" + std::to_string(fraction) + ", x)", values) == expected);
    }
}

TEST_CASE("latest_by gives the text of the greatest number, of several the greatest by bytes") {
    Calculator calculate;
    auto statement = calculate.database()
                         .prepare("SELECT latest_by(column1, column2) FROM (VALUES (1, 'z'), (3, 'a'), (3, 'b'), "
                                  "(3, 'B'), (2, 'y'), (NULL, 'x'), (4, NULL))")
                         .value();
    REQUIRE(statement.step().value());
    CHECK(statement.text(0) == "b");
}

TEST_CASE("Aggregates leave no memory behind when a statement ends early") {
    Calculator calculate;
    auto statement = calculate.database()
                         .prepare("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 100) "
                                  "SELECT exact_sum(i), percentile_cont(0.5, i), latest_by(i, 'a'), "
                                  "max(abs(CASE WHEN i = 100 THEN -9223372036854775807 - 1 END)) FROM n")
                         .value();
    CHECK_FALSE(statement.step().has_value()); // The last function fails when the others have seen everything.
}
