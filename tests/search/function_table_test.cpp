#include <dataexport/search/function_table.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace dataexport;

namespace {

/// The result of a call, or the reason against it.
std::string told(const char* call, const FunctionContext& context = {}) {
    const auto checked = check_function(call, context);
    if (checked.has_error()) {
        CHECK(checked.error().code == Errc::invalid_field);
        return checked.error().detail;
    }
    constexpr const char* names[] = {"none",       "integer",  "number", "date",      "string",
                                     "percentage", "duration", "rate",   "of_column", "of_column_or_duration"};
    return names[static_cast<std::size_t>(checked->result)];
}

} // namespace

TEST_CASE("discover_functions has the reference's 56 names, each once") {
    std::set<std::string_view> names;
    for (const FunctionInfo& function : discover_functions()) {
        names.insert(function.name);
        bool optional = false;
        for (const FunctionArgument& argument : function.arguments) {
            CAPTURE(function.name);
            CHECK((argument.optional || !optional));
            optional = argument.optional;
        }
    }
    CHECK(discover_functions().size() == 56);
    CHECK(names.size() == 56);
    CHECK(find_function("tpm") == find_function("epm"));
    CHECK(find_function("tps") == find_function("eps"));
    CHECK(find_function("nope") == nullptr);
}

TEST_CASE("check_function tells the result type of a call, or why it cannot be made") {
    const struct {
        const char* call;
        const char* told;
    } rows[] = {
        {"count()", "integer"},
        {"count( )", "integer"},
        {"count(anything)", "integer"},
        {"failure_rate()", "percentage"},
        {"last_seen()", "date"},
        {"latest_event()", "string"},
        {"apdex()", "number"},
        {"apdex(300)", "number"},
        {"apdex(-1)", "apdex: satisfaction argument invalid: -1 must be greater than or equal to 0"},
        {"user_misery(300, 5, 100)", "number"},
        {"count_miserable(user)", "integer"},
        {"p95()", "duration"},
        {"p95(measurements.lcp)", "duration"},
        {"p95(measurements.cls)", "number"},
        {"p95(measurements.custom-x_y.z)", "number"},
        {"p95(spans.http)", "duration"},
        {"max(timestamp)", "date"},
        {"percentile(transaction.duration, 0.75)", "duration"},
        {"percentile(transaction.duration, -1)",
         "percentile: percentile argument invalid: -1 must be greater than or equal to 0"},
        {"percentile(transaction.duration, 1)", "duration"},
        {"percentile(transaction.duration, 1.5)", "percentile: percentile argument invalid: 1.5 must be less than 1"},
        {"percentile(transaction.duration, 1234567)",
         "percentile: percentile argument invalid: 1.23457e+06 must be less than 1"},
        {"percentile(transaction.duration, x)", "percentile: percentile argument invalid: x is not a number"},
        {"percentile(transaction.duration)", "percentile: expected 2 argument(s) but got 1 argument(s)"},
        {"min(,)", "min: expected 1 argument(s) but got 0 argument(s)"},
        {"count_miserable()", "count_miserable: expected at least 1 argument(s) but got 0 argument(s)"},
        {"count(a, b)", "count: expected at most 1 argument(s) but got 2 argument(s)"},
        {"nope()", "nope is not a valid function"},
        {"no call", "no call is not a valid function"},
        {"()", "() is not a valid function"},
        {"p95(foo)", "p95: column argument invalid: foo is not a valid column"},
        {"p95(tags[a,number])", "p95: expected at most 1 argument(s) but got 2 argument(s)"},
        {"p95(tags[a])", "p95: column argument invalid: tags[a] is not a valid column"},
        {"p95(measurements.)", "p95: column argument invalid: measurements. is not a valid column"},
        {"p95(measurements.a b)", "p95: column argument invalid: measurements.a b is not a valid column"},
        {"avg(stack.colno)", "avg: column argument invalid: stack.colno is not a numeric column"},
        {"avg(measurements_value)", "avg: column argument invalid: measurements_value is not a numeric column"},
        {"count_unique(user)", "integer"},
        {"count_unique(tags[foo bar])", "integer"},
        {"count_unique(a b)", "count_unique: column argument invalid: a b is not a valid column"},
        {"count_if(http.status_code, equals, 200)", "integer"},
        {"count_if(release, equals, \"a, b\")", "integer"},
        {"count_if(a, is, 200)",
         "count_if: condition argument invalid: is is not a valid condition, the only supported conditions are: "
         "equals,notEquals,lessOrEquals,greaterOrEquals,less,greater"},
        {"count_web_vitals(measurements.lcp, good)", "integer"},
        {"count_web_vitals(measurements.lcp, best)",
         "count_web_vitals: quality argument invalid: string must be one of ['good', 'meh', 'poor', 'any']"},
        {"to_other(release, \"1, 2\")", "string"},
        {"to_other(release, x)", "to_other: value argument invalid: string should be quoted"},
        {"to_other(title, \"x\")", "to_other: column argument invalid: title is not an allowed column"},
        {"to_other(nope, \"x\")", "to_other: column argument invalid: nope is not a valid column"},
        {"count_range(less, 2020-03-14T15:14:15)", "integer"},
        {"count_range(less, 2020-03-14)",
         "count_range: middle argument invalid: 2020-03-14 is in the wrong format, expected a date like "
         "2020-03-14T15:14:15"},
        {"percentile_range(transaction.duration, 0.5, less, 2020-03-14T15:14:15)", "duration"},
        {"compare_numeric_aggregate(p50, less, 5)", "number"},
        {"compare_numeric_aggregate(5, less, 5)",
         "compare_numeric_aggregate: aggregate_alias argument invalid: 5 is not a valid function alias"},
        {"any(transaction.duration)", "duration"},
        {"any(title)", "string"},
        {"any(whatever)", "none"},
        {"cov(transaction.duration, measurements.lcp)", "number"},
        {"epm(60)", "rate"},
        {"epm(0.5)", "epm: interval argument invalid: 0.5 must be greater than or equal to 1"},
        {"epm()", "epm: invalid arguments: function called without default"},
        {"tpm()", "tpm: invalid arguments: function called without default"},
        {"maxArray(transaction.duration)", "max: no access to private function"},
        {"p95Array(transaction.duration)", "p95: no support for the -Array combinator"},
        {"nopeArray(x)", "nope is not a valid function"},
        {"histogram(measurements_value, 1, 2, 3)", "histogram: no access to private function"},
        {"random_number()", "random_number: no access to private function"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.call);
        CHECK(told(row.call) == row.told);
    }
}

TEST_CASE("check_function fills in defaults and takes quotes off") {
    const auto arguments = [](const char* call, const FunctionContext& context = {}) {
        return check_function(call, context).value().arguments;
    };
    using Arguments = std::vector<std::optional<std::string>>;
    CHECK(arguments("p95()") == Arguments{"transaction.duration"});
    CHECK(arguments("count()") == Arguments{std::nullopt});
    CHECK(arguments("user_misery(300)") == Arguments{"300", "5.8875", "111.8625"});
    CHECK(arguments("to_other(release,\"a\\\"b, c\")") == Arguments{"release", "a\"b, c", "that", "this"});
    CHECK(arguments("count_if(a,equals,\"x\")") == Arguments{"a", "equals", "x"});
    CHECK(arguments("count_if(a,equals,x)") == Arguments{"a", "equals", "x"});
    CHECK(arguments("epm()", {.interval = 86400.0}) == Arguments{"86400"});
}

TEST_CASE("FunctionContext says how much is told of a wrong call") {
    CHECK(told("min()", {.count_text = ArgumentCountText::brief}) == "min: expected 1 argument(s)");
    CHECK(told("eps()", {.interval = 3600.0}) == "rate");
    CHECK(told("eps()", {.interval = -1.0}) == "eps: invalid arguments: function called with invalid default");
    CHECK(told("eps()", {.interval = 0.0}) == "eps: interval argument invalid: 0 must be greater than or equal to 1");
}
