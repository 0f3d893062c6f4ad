#include <dataexport/request/equation.hpp>

#include "search/show_terms.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace dataexport;

namespace {

struct ShowStep {
    std::string operator()(double number) const { return search_notation::show(number); }
    std::string operator()(const EquationOperand& operand) const {
        return operand.is_function ? '{' + operand.text + '}' : operand.text;
    }
    std::string operator()(ArithmeticOperator op) const { return std::string(1, "+-*/"[static_cast<std::size_t>(op)]); }
};

/// The steps of an equation, functions in braces; or `! ` and the text of the error.
std::string show(std::string_view text) {
    const auto equation = parse_equation(text);
    if (!equation) {
        CHECK(equation.error().code == Errc::invalid_field);
        return "! " + equation.error().detail;
    }
    std::string steps;
    for (const auto& step : equation->steps) {
        if (!steps.empty()) steps += ' ';
        steps += std::visit(ShowStep{}, step);
    }
    return steps;
}

struct Row {
    std::string_view text, shown;
};

constexpr std::string_view no_arithmetic = "! Unable to parse your equation, make sure it is well formed arithmetic";

std::string repeated(std::string_view text, std::size_t count) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i) {
        result += text;
    }
    return result;
}

} // namespace

TEST_CASE("parse_equation puts operands before their operators") {
    for (const auto& row : {
             Row{"count() / 2", "{count()} 2 /"},
             Row{"count()/2", "{count()} 2 /"},
             Row{"  count()  /  2  ", "{count()} 2 /"},
             Row{"count() \u00f7 2", "{count()} 2 /"},
             Row{"spans.http + spans.db", "spans.http spans.db +"},
             Row{"1 + spans.http - 2 + 3", "1 spans.http + 2 - 3 +"},
             Row{"spans.http / 2 * 3 / 4", "spans.http 2 / 3 * 4 /"},
             Row{"1 + 2 * spans.http", "1 2 spans.http * +"},
             Row{"1 * 2 + spans.http * 3 - 4", "1 2 * spans.http 3 * + 4 -"},
             Row{"1 - (2 - spans.http)", "1 2 spans.http - -"},
             Row{"(1 + 2) * spans.http", "1 2 + spans.http *"},
             Row{"( ( 1 + spans.http ) )", "1 spans.http +"},
             Row{"2 / (1 + spans.http) / 3", "2 1 spans.http + / 3 /"},
             Row{"(spans.http)*(spans.db)", "spans.http spans.db *"},
         }) {
        CHECK_MESSAGE(show(row.text) == row.shown, row.text);
    }
}

TEST_CASE("parse_equation reads numbers with a sign of their own") {
    for (const auto& row : {
             Row{"count() * 5", "{count()} 5 *"},
             Row{"count() * -5", "{count()} -5 *"},
             Row{"count() * +5", "{count()} 5 *"},
             Row{"count() - -5", "{count()} -5 -"},
             Row{"count() -5", "{count()} 5 -"},
             Row{"count()-5", "{count()} 5 -"},
             Row{"5-5-count()", "5 5 - {count()} -"},
             Row{"count() + 1.", "{count()} 1 +"},
             Row{"count() + 1.25", "{count()} 1.25 +"},
             Row{"count() + 007", "{count()} 7 +"},
             Row{"count() + .5", no_arithmetic},
             Row{"count() + 1e3", no_arithmetic},
             Row{"count() + 1.2.3", no_arithmetic},
             Row{"count() + - 5", no_arithmetic},
             Row{"count() + --5", no_arithmetic},
             Row{"count() + -+5", no_arithmetic},
             Row{"-count() + 5", no_arithmetic},
             Row{"-(count() + 5)", no_arithmetic},
         }) {
        CHECK_MESSAGE(show(row.text) == row.shown, row.text);
    }
    CHECK(show("count() + " + std::string(400, '9')) == no_arithmetic);
}

TEST_CASE("parse_equation reads calls as they are written") {
    for (const auto& row : {
             Row{"count( ) + 1", "{count( )} 1 +"},
             Row{"p95(transaction.duration)+1", "{p95(transaction.duration)} 1 +"},
             Row{"percentile( a , 0.5 ) + 1", "{percentile( a , 0.5 )} 1 +"},
             Row{"count_unique(tags[a-b]) + 1", "{count_unique(tags[a-b])} 1 +"},
             Row{R"(count_if(a,equals,"x, (y) \" z") + 1)", R"({count_if(a,equals,"x, (y) \" z")} 1 +)"},
             Row{R"(count_if(a,equals,"") + 1)", R"({count_if(a,equals,"")} 1 +)"},
             Row{"count_if(a,equals,caf\u00e9) + 1", "{count_if(a,equals,caf\u00e9)} 1 +"},
             Row{"count () + 1", no_arithmetic},
             Row{"count(,) + 1", no_arithmetic},
             Row{"count(a,) + 1", no_arithmetic},
             Row{"count(a b) + 1", no_arithmetic},
             Row{"count(a + 1", no_arithmetic},
             Row{"count(a\t) + 1", no_arithmetic},
             Row{"count(count()) + 1", no_arithmetic},
             Row{"count(a\"b\") + 1", no_arithmetic},
             Row{"count(\"a\tb\") + 1", no_arithmetic},
             Row{"count(\"a\nb\") + 1", no_arithmetic},
             Row{R"(count("a\") + 1)", no_arithmetic},
             Row{"count(\"a) + 1", no_arithmetic},
         }) {
        CHECK_MESSAGE(show(row.text) == row.shown, row.text);
    }
}

TEST_CASE("parse_equation refuses what is no arithmetic from end to end") {
    for (const std::string_view text : {"",
                                        " ",
                                        "count() +",
                                        "+ count()",
                                        "count() count()",
                                        "count() 5",
                                        "(count() + 1",
                                        "count() + 1)",
                                        "()",
                                        "count() + ()",
                                        "count() ** 2",
                                        "count() % 2",
                                        "count() ^ 2",
                                        "count()\t+ 1",
                                        "count() +\n1",
                                        "\tcount() + 1",
                                        "count() + \u00a01",
                                        "count() + \u00d7",
                                        "count() + measurements.p1",
                                        "count() + tags[a]",
                                        "count() = 1",
                                        "count() + \xff",
                                        "count() + \xc3"}) {
        CHECK_MESSAGE(show(text) == no_arithmetic, text);
    }
    CHECK(show(std::string_view("count() + 1\0", 12)) == no_arithmetic);
}

TEST_CASE("parse_equation takes only functions and fields that make sense in arithmetic") {
    for (const std::string_view function : {"count",
                                            "count_if",
                                            "count_unique",
                                            "failure_count",
                                            "min",
                                            "max",
                                            "avg",
                                            "sum",
                                            "p50",
                                            "p75",
                                            "p95",
                                            "p99",
                                            "p100",
                                            "percentile",
                                            "apdex",
                                            "user_misery",
                                            "eps",
                                            "epm",
                                            "count_miserable",
                                            "count_web_vitals",
                                            "percentile_range"}) {
        const std::string call = std::string(function) + "()";
        CHECK(show(call + " + 1") == "{" + call + "} 1 +");
    }
    for (const std::string_view field :
         {"transaction.duration", "spans.http", "spans.db", "spans.resource", "spans.browser", "spans.total.time",
          "measurements.app_start_cold", "measurements.stall_stall_longest_time", "measurements.ttfb.requesttime",
          "measurements.of_my_own", "total.count", "total.transaction_duration"}) {
        CHECK(show(std::string(field) + " + 1") == std::string(field) + " 1 +");
    }
    for (const auto& row : {
             Row{"p90() + 1", "! p90 not allowed in arithmetic"},
             Row{"failure_rate() + 1", "! failure_rate not allowed in arithmetic"},
             Row{"tpm() + 1", "! tpm not allowed in arithmetic"},
             Row{"stddev(a) + 1", "! stddev not allowed in arithmetic"},
             Row{"nope(a) + 1", "! nope not allowed in arithmetic"},
             Row{"id + 1", "! id not allowed in arithmetic"},
             Row{"spans.other + 1", "! spans.other not allowed in arithmetic"},
             Row{"measurements. + 1", "! measurements. not allowed in arithmetic"},
             Row{"transaction.duration + . + id", "! . not allowed in arithmetic"},
         }) {
        CHECK_MESSAGE(show(row.text) == row.shown, row.text);
    }
}

TEST_CASE("parse_equation checks a whole equation in the reference's order") {
    constexpr std::string_view by_zero = "! division by 0 is not allowed";
    constexpr std::string_view mixed = "! Cannot mix functions and fields in arithmetic";
    constexpr std::string_view one_term = "! Arithmetic expression must contain at least 2 terms";
    constexpr std::string_view no_operator = "! Arithmetic expression must contain at least 1 operator";
    for (const auto& row : {
             Row{"count() / 0", by_zero},
             Row{"count() / 0.0", by_zero},
             Row{"count() / -0", by_zero},
             Row{"count() / (0)", by_zero},
             Row{"count() \u00f7 0.", by_zero},
             Row{"5 / 0", by_zero},
             Row{"count() * 0", "{count()} 0 *"},
             Row{"0 / count()", "0 {count()} /"},
             Row{"count() / (0 + 0)", "{count()} 0 0 + /"},
             Row{"count() / 0 + nope", by_zero},
             Row{"nope + count() / 0", "! nope not allowed in arithmetic"},
             Row{"count() + transaction.duration", mixed},
             Row{"transaction.duration / p95()", mixed},
             Row{"count() / total.count", "{count()} total.count /"},
             Row{"total.transaction_duration / sum(transaction.duration)",
                 "total.transaction_duration {sum(transaction.duration)} /"},
             Row{"count() / total.count + spans.http", "{count()} total.count / spans.http +"},
             Row{"total.count + spans.http", "total.count spans.http +"},
             Row{"count()", one_term},
             Row{"spans.http", one_term},
             Row{"5", one_term},
             Row{"(count())", no_operator},
             Row{"((5))", no_operator},
             Row{"5 + 5", "! Equations need to include a field or function"},
             Row{"(5) * 2", "! Equations need to include a field or function"},
         }) {
        CHECK_MESSAGE(show(row.text) == row.shown, row.text);
    }
}

TEST_CASE("parse_equation takes up to 10 operators") {
    CHECK(show("count()" + repeated(" + 1", 10)) == "{count()}" + repeated(" 1 +", 10));
    CHECK(show("count()" + repeated(" + 1", 11)) == "! Exceeded maximum number of operations");
    CHECK(show("count()" + repeated(" * (1", 11) + repeated(")", 11)) == "! Exceeded maximum number of operations");
    CHECK(show("count()" + repeated(" + 1", 10) + " / 0") == "! division by 0 is not allowed");
}

TEST_CASE("parse_equation takes any text without growing the stack") {
    constexpr std::size_t size = 16 * 1024;
    CHECK(show(repeated("(", size)) == no_arithmetic);
    CHECK(show(repeated(")", size)) == no_arithmetic);
    CHECK(show(repeated("count(", size)) == no_arithmetic);
    CHECK(show(repeated("\"", size)) == no_arithmetic);
    CHECK(show(repeated("1-", size)) == no_arithmetic);
    CHECK(show(repeated("(", size) + "count() + 1" + repeated(")", size)) == "{count()} 1 +");
    CHECK(show("spans.http" + repeated("+1", size)) == "! Exceeded maximum number of operations");
    CHECK(show("count(" + repeated("a,", 500) + "a) + 1").starts_with("{count(a,a,"));
    const std::string name(100'000, 'a');
    CHECK(show(name + " + 1") == "! " + name + " not allowed in arithmetic");
}
