#include <dataexport/request/selection.hpp>
#include <dataexport/search/function_table.hpp>

#include "request/request_fixture.hpp"
#include "search/show_terms.hpp"

#include <doctest/doctest.h>

using namespace request_fixture;

namespace {

/// A selection over one hour.
struct Selecting {
    /// Whether the selection can be run; else the text of the refusal.
    std::string outcome() {
        query = EventQuery();
        query.dataset = "discover";
        query.start = at("2020-05-19T13:00:00.25");
        query.end = at("2020-05-19T14:00:00");
        auto done = select(selection, query);
        if (done) done = check_event_query(query);
        if (done) return "accepted";
        CHECK(condition(done.error()) == Condition::invalid_request);
        return done.error().detail;
    }

    std::string search(std::string_view text) {
        auto parsed = SearchQuery::parse(text, search_notation::options_of_2026());
        if (!parsed) return parsed.error().detail;
        selection.search = *std::move(parsed);
        return outcome();
    }

    std::string fields(std::vector<std::string> texts) {
        selection.fields = std::move(texts);
        return outcome();
    }

    std::string equations(std::vector<std::string> texts) {
        selection.equations = std::move(texts);
        return outcome();
    }

    std::string sort(std::vector<std::string> texts) {
        selection.sort = std::move(texts);
        return outcome();
    }

    /// The headings, those that are not exported in brackets.
    std::string headings() const {
        std::string text;
        for (std::size_t i = 0; i < query.columns.size(); ++i) {
            if (i > 0) text += " | ";
            text += i < query.exported ? query.columns[i].name : '[' + query.columns[i].name + ']';
        }
        return text;
    }

    const FunctionCall& call(std::size_t column) const { return std::get<FunctionCall>(query.columns[column].value); }
    const Equation& equation(std::size_t column) const { return std::get<Equation>(query.columns[column].value); }
    std::string where() const { return search_notation::show_terms(query.where); }
    std::string having() const { return search_notation::show_terms(query.having); }

    Selection selection;
    EventQuery query;
};

struct Row {
    std::string_view text, shown;
};

constexpr std::string_view not_selected = "Cannot sort by a field that is not selected.";

} // namespace

TEST_CASE_FIXTURE(Selecting, "select makes columns of fields and functions, called as in files") {
    CHECK(fields({" level ", "tags[browser]", "count()", "p95( ) ", "percentile(measurements.lcp, 0.5)",
                  "count_unique(user) as users", "to_other(release,\"1\") AS version"}) == "accepted");
    CHECK(headings() == "level | tags[browser] | count | p95 | percentile_measurements_lcp_0_5 | users | version");
    CHECK(query.columns[0].value == decltype(EventColumn::value)(PlainField{"level"}));
    CHECK(query.columns[1].value == decltype(EventColumn::value)(PlainField{"tags[browser]"}));
    CHECK(call(2) == check_function("count()").value());
    CHECK(call(3) == check_function("p95(transaction.duration)").value());
    CHECK(call(4) == check_function("percentile(measurements.lcp,0.5)").value());
    CHECK(call(5) == check_function("count_unique(user)").value());
    CHECK(query.exported == 7);
}

TEST_CASE_FIXTURE(Selecting, "select keeps once what is selected twice, and skips what is empty") {
    CHECK(fields({"id", "", "id ", "  "}) == "accepted");
    CHECK(headings() == "id");
    CHECK(fields({"count()", "count( )", "count() as c", "count() as c"}) == "accepted");
    CHECK(headings() == "count | c");
    CHECK(fields({}) == "at least one field is required to export");
    CHECK(fields({" "}) == "at least one field is required to export");
}

TEST_CASE_FIXTURE(Selecting, "select refuses two columns that would be called alike") {
    CHECK(fields({"count", "count()"}) ==
          "Two columns would be called count. Please give the function among them another name with `as`.");
    CHECK(fields({"count() as x", "p95() as x"}) ==
          "Two columns would be called x. Please give the function among them another name with `as`.");
    CHECK(fields({"count_unique(a.b)", "count_unique(a-b)"})
              .starts_with("Two columns would be called count_unique_a_b."));
    CHECK(fields({"count", "count() as number"}) == "accepted");
    CHECK(fields({"level", "tags[level]"}) == "accepted");
}

TEST_CASE_FIXTURE(Selecting, "select checks fields and functions in their order") {
    CHECK(fields({"a b", "fake(x)"}) == "Invalid characters in field a b");
    CHECK(fields({"fake(x)", "a b"}) == "fake is not a valid function");
    CHECK(fields({"count() as 1"}) == "Invalid characters in field count() as 1");
    CHECK(fields({"min()"}) == "min: expected 1 argument(s) but got 0 argument(s)");
    CHECK(fields({"min(x) as smallest"}) == "min: column argument invalid: x is not a valid column");
    CHECK(fields({"group_uniq_array(5,user)"}) == "group_uniq_array: no access to private function");
    CHECK(fields({"count()", "linear_regression(timestamp,time)"}) ==
          "linear_regression is not available in this export");
}

TEST_CASE_FIXTURE(Selecting, "select refuses arguments that cannot be names of columns") {
    CHECK(fields({"any(a b)"}) == "Invalid characters in field a b");
    CHECK(fields({"count_unique(tags[a\"b])"}) == "Invalid characters in field a\"b");
    CHECK(fields({std::string("any(a\0b)", 8)}) == std::string("Invalid characters in field a\0b", 31));
    CHECK(fields({"any(tags[a-b])", "count(what ever)"}) == "accepted");
}

TEST_CASE_FIXTURE(Selecting, "select takes the whole seconds of the range for the interval of rates") {
    CHECK(fields({"epm()", "eps(60)"}) == "accepted");
    CHECK(number_argument(call(0), 0) == 3599);
    CHECK(number_argument(call(1), 0) == 60);
}

TEST_CASE_FIXTURE(Selecting, "select resolves the operands of equations to columns") {
    selection.fields = {"level", "count()", "p95( )", "count() as c"};
    CHECK(equations({"count() / p95( ) * 2", " 1 + count()"}) == "accepted");
    CHECK(headings() == "level | count | p95 | c | count() / p95( ) * 2 |  1 + count()");
    using Step = decltype(Equation::steps)::value_type;
    CHECK(equation(4).steps == std::vector<Step>{ColumnIndex{1}, ColumnIndex{2}, ArithmeticOperator::divide, 2.0,
                                                 ArithmeticOperator::multiply});
    CHECK(equation(5).steps == std::vector<Step>{1.0, ColumnIndex{1}, ArithmeticOperator::add});
    selection.fields = {"count( )", "count()"};
    CHECK(equations({"count() + 1", "count( ) + 1", "count() + 1"}) == "accepted");
    CHECK(headings() == "count | count() + 1 | count( ) + 1");
    CHECK(equation(1) == equation(2));
}

TEST_CASE_FIXTURE(Selecting, "select wants every operand of an equation among the fields, written alike") {
    selection.fields = {"count() as c", "p95()", "percentile(transaction.duration,0.5)"};
    for (const auto& row : {
             Row{"count() + 1", "count() used in an equation but is not a selected function"},
             Row{"p95( ) + 1", "p95( ) used in an equation but is not a selected function"},
             Row{"p95() + p50()", "p50() used in an equation but is not a selected function"},
             Row{"percentile(transaction.duration, 0.5) + 1",
                 "percentile(transaction.duration, 0.5) used in an equation but is not a selected function"},
             Row{"percentile(transaction.duration,0.5) + 1", "accepted"},
             Row{"measurements.lcp + 1", "measurements.lcp used in an equation but is not a selected field"},
             Row{"p95() + 1", "accepted"},
         }) {
        CHECK_MESSAGE(equations({std::string(row.text)}) == row.shown, row.text);
    }
}

TEST_CASE_FIXTURE(Selecting, "select checks equations before fields") {
    selection.fields = {"a b", "count()"};
    CHECK(equations({"count() + 1", "5 + 5"}) == "Equations need to include a field or function");
    CHECK(equations({"count() + p95()", "5 + 5"}) == "p95() used in an equation but is not a selected function");
    CHECK(equations({"count() + 1"}) == "Invalid characters in field a b");
    selection.fields = {};
    CHECK(equations({"count() + 1"}) == "count() used in an equation but is not a selected function");
}

TEST_CASE_FIXTURE(Selecting, "select takes equations over fields") {
    selection.fields = {"spans.http", "transaction.duration", "measurements.lcp"};
    CHECK(equations({"spans.http / transaction.duration", "1 - measurements.lcp"}) == "accepted");
    CHECK(headings() == "spans.http | transaction.duration | measurements.lcp | spans.http / transaction.duration | "
                        "1 - measurements.lcp");
}

TEST_CASE_FIXTURE(Selecting, "select takes totals beside functions only") {
    selection.fields = {"total.count", "count()"};
    CHECK(equations({"count() / total.count"}) == "accepted");
    CHECK(equations({}) == "accepted");
    CHECK(fields({"total.count"}) ==
          "Another aggregate function needs to be selected in order to use the total.count field");
    CHECK(fields({"total.transaction_duration", "to_other(release,\"1\")"}) ==
          "Another aggregate function needs to be selected in order to use the total.transaction_duration field");
}

TEST_CASE_FIXTURE(Selecting, "select refuses a field both inside and outside of functions") {
    const std::string begin =
        "A single field cannot be used both inside and outside a function in the same query. To use ";
    CHECK(fields({"user", "count_unique(user)"}) ==
          begin + "user you must first remove the function(s): count_unique(user)");
    CHECK(fields({"count_unique(user) as users", "level", "user", "any(user)"}) ==
          begin + "user you must first remove the function(s): count_unique(user), any(user)");
    CHECK(fields({"transaction.duration", "p95()", "avg(transaction.duration)", "p50(transaction.duration)"}) ==
          begin + "transaction.duration you must first remove the function(s): p95(), avg(transaction.duration) and 1 "
                  "more.");
    CHECK(fields({"timestamp", "max(time)"}) == begin + "timestamp you must first remove the function(s): max(time)");
    CHECK(fields({"species", "count_unique(tags[species])"}) ==
          begin + "species you must first remove the function(s): count_unique(tags[species])");
    CHECK(fields({"tags[species]", "count_unique(species)"}) ==
          begin + "tags[species] you must first remove the function(s): count_unique(species)");
    CHECK(fields({"measurements.lcp", "sum(measurements.lcp)"}).starts_with(begin));
}

TEST_CASE_FIXTURE(Selecting, "select takes a field beside functions that do not work on it") {
    CHECK(fields({"level", "tags[level]", "id", "release", "measurements.fcp", "measurements.lcp", "count(id)",
                  "count_if(level,equals,error)", "count_at_least(measurements.lcp,5)", "p95(measurements.fp)",
                  "count_web_vitals(measurements.lcp,good)", "count_scores(measurements.fcp)",
                  "to_other(release,\"1\")"}) == "accepted");
    CHECK(fields({"level", "count_unique(tags[level])"}) == "accepted");
}

TEST_CASE_FIXTURE(Selecting, "select sends conditions to events and to groups") {
    selection.fields = {"level", "count()", "p95() as slow"};
    struct Conditions {
        std::string_view search, where, having;
    };
    for (const auto& row : {
             Conditions{"", "", ""},
             Conditions{"a:b", "a = \"b\"", ""},
             Conditions{"a:b AND c:d", "a = \"b\" ; AND ; c = \"d\"", ""},
             Conditions{"count():>5", "", "{count} > 5"},
             Conditions{"count( ):>5", "", "{count} > 5"},
             Conditions{"p95(transaction.duration):>5", "", "{slow} > 5"},
             Conditions{"count():>5 OR p95():>3", "", "{count} > 5 ; OR ; {slow} > 3"},
             Conditions{"a:b count():>5 c:d", "a = \"b\" ; c = \"d\"", "{count} > 5"},
             Conditions{"a:b AND count():>5 AND c:d", "a = \"b\" ; c = \"d\"", "{count} > 5"},
             Conditions{"(a:b OR c:d) (count():>5 OR count():<2)", "(a = \"b\" ; OR ; c = \"d\")",
                        "({count} > 5 ; OR ; {count} < 2)"},
             Conditions{"(a:b AND count():>5) c:d", "a = \"b\" ; c = \"d\"", "{count} > 5"},
             Conditions{"((a:b (c:d OR e:f) count():>5) AND (count():<9))", "a = \"b\" ; (c = \"d\" ; OR ; e = \"f\")",
                        "{count} > 5 ; ({count} < 9)"},
             Conditions{"!count():5", "", "{count} != 5"},
         }) {
        CAPTURE(row.search);
        REQUIRE(search(row.search) == "accepted");
        CHECK(where() == row.where);
        CHECK(having() == row.having);
        CHECK(headings() == "level | count | slow");
    }
}

TEST_CASE_FIXTURE(Selecting, "Searches where an OR joins conditions on events and groups are no searches") {
    constexpr std::string_view mixed = "Having an OR between aggregate filters and normal filters is invalid.";
    for (const std::string_view text :
         {"a:b OR count():>5", "(a:b count():>5) OR a:c", "a:c OR (a:b AND count():>5)", "a:b count():>5 OR a:c",
          "((a:b)) OR ((count():>5))", "a:c (a:b OR count():>5)", "(a:c OR (a:b (count():>5)))"}) {
        CHECK_MESSAGE(search(text) == mixed, text);
    }
}

TEST_CASE_FIXTURE(Selecting, "select adds an aggregate of a condition that is not selected, if another one is") {
    constexpr std::string_view text =
        " used in a condition but is not a selected column, and could not be automatically added.";
    selection.fields = {"level", "count()"};
    CHECK(search("p95():>5 p95( ):<9 (avg(measurements.lcp):>3 count():>1)") == "accepted");
    CHECK(headings() == "level | count | [p95()] | [avg(measurements.lcp)]");
    CHECK(having() == "{p95()} > 5 ; {p95()} < 9 ; ({avg(measurements.lcp)} > 3 ; {count} > 1)");
    CHECK(call(2) == check_function("p95()").value());
    CHECK(search("epm():>5") == "accepted");
    CHECK(number_argument(call(2), 0) == 3599);

    selection.fields = {"level"};
    CHECK(search("count():>5") == "Aggregate count" + std::string(text));
    CHECK(search("level:a percentile(transaction.duration,0.5):>5") ==
          "Aggregate percentile_transaction_duration_0_5" + std::string(text));
    selection.fields = {"count()"};
    CHECK(search("to_other(release,\"1\"):>5") == "Aggregate to_other_release__1" + std::string(text));
}

TEST_CASE_FIXTURE(Selecting, "select checks the functions of conditions after conflicts and before the order") {
    selection.fields = {"level", "count()"};
    CHECK(search("nope():>5") == "nope is not a valid function");
    CHECK(search("min():>5") == "min: expected 1 argument(s) but got 0 argument(s)");
    CHECK(search("max(title):>5") == "max: column argument invalid: title is not a numeric column");
    CHECK(sort({"nope"}) == "max: column argument invalid: title is not a numeric column");
    CHECK(fields({"user", "count_unique(user)"}).starts_with("A single field cannot be used both inside and outside"));
}

TEST_CASE_FIXTURE(Selecting, "select sorts by what is selected") {
    selection.fields = {"level", "count()", "percentile(transaction.duration, 0.5)", "p95() as slow", "id"};
    selection.equations = {"count() + 1", "count() + 2", "count() + 1"};
    struct Order {
        std::string text;
        EventSort sort;
    };
    for (const auto& row : {
             Order{"level", {{0}, false}},
             Order{"-level", {{0}, true}},
             Order{"count", {{1}, false}},
             Order{"-count", {{1}, true}},
             Order{"count()", {{1}, false}},
             Order{"-count( )", {{1}, true}},
             Order{"percentile_transaction_duration_0_5", {{2}, false}},
             Order{"-percentile(transaction.duration, 0.5)", {{2}, true}},
             Order{"percentile(transaction.duration,0.5)", {{2}, false}},
             Order{"slow", {{3}, false}},
             Order{"-p95()", {{3}, true}},
             Order{"-p95() as slow", {{3}, true}},
             Order{"id", {{4}, false}},
             Order{"equation[0]", {{5}, false}},
             Order{"-equation[1]", {{6}, true}},
             Order{"equation[2]", {{5}, false}},
             Order{"equation|count() + 1", {{5}, false}},
             Order{"-equation|count() + 2", {{6}, true}},
             Order{"count() + 2", {{6}, false}},
         }) {
        CHECK_MESSAGE(sort({row.text}) == "accepted", row.text);
        CHECK_MESSAGE(query.sort == std::vector{row.sort}, row.text);
    }
    CHECK(sort({"-count()", "level", "count", "-level"}) == "accepted");
    CHECK(query.sort == std::vector{EventSort{{1}, true}, EventSort{{0}, false}});
}

TEST_CASE_FIXTURE(Selecting, "select refuses to sort by what is not selected") {
    selection.fields = {"level", "count()"};
    selection.equations = {"count() + 1"};
    REQUIRE(search("p95():>5") == "accepted");
    for (const std::string_view text : {"title",
                                        "--level",
                                        "-",
                                        "",
                                        " level",
                                        "id",
                                        "project.name",
                                        "tags[level]",
                                        "p95()",
                                        "p50()",
                                        "nope()",
                                        "count(",
                                        "equation[1]",
                                        "equation[]",
                                        "equation[-1]",
                                        "equation[0",
                                        "equation[99999999999999999999]",
                                        "equation[0x]",
                                        "equation|count() + 2",
                                        "equation|level",
                                        "equation|count()",
                                        "equation| ",
                                        "equation"}) {
        CHECK_MESSAGE(sort({std::string(text)}) == not_selected, text);
    }
    CHECK(sort({"level", "title"}) == not_selected);
    CHECK(sort({"equation|"}) == "Cannot sort by an empty equation");
    CHECK(sort({"-equation|"}) == "Cannot sort by an empty equation");
}

TEST_CASE_FIXTURE(Selecting, "select sorts events by their id and project, selected or not") {
    selection.fields = {"level"};
    CHECK(sort({"-project.name", "id", "level"}) == "accepted");
    CHECK(headings() == "level | [project.name] | [id]");
    CHECK(query.sort == std::vector{EventSort{{1}, true}, EventSort{{2}, false}, EventSort{{0}, false}});
    CHECK(sort({"id", "-id"}) == "accepted");
    CHECK(headings() == "level | [id]");
    CHECK(fields({"to_other(release,\"1\") as id"}) == "accepted");
    CHECK(headings() == "id");
}

TEST_CASE_FIXTURE(Selecting, "select replaces what a query held before") {
    selection.fields = {"count()"};
    selection.sort = {"count()"};
    REQUIRE(search("level:a count():>5") == "accepted");
    CHECK(select(selection, query).has_value());
    CHECK(headings() == "count");
    CHECK(query.where.size() == 1);
    CHECK(query.having.size() == 1);
    CHECK(query.sort.size() == 1);
}

TEST_CASE_FIXTURE(Selecting, "select refuses hostile texts at once") {
    std::string arguments = "count_unique(a";
    for (int i = 1; i < 500; ++i) {
        arguments += ",a";
    }
    CHECK(fields({arguments + ')'}) == "count_unique: expected 1 argument(s) but got 500 argument(s)");
    CHECK(fields({std::string(100'000, '(')}).starts_with("Invalid characters in field ((("));
    CHECK(fields({std::string(100'000, 'f') + "()"}).ends_with("f is not a valid function"));
    CHECK(fields({"a\xff"
                  "b"}) == "Invalid characters in field a\xff"
                           "b");
    CHECK(fields({std::string("id\0", 3)}) == std::string("Invalid characters in field id\0", 31));
    CHECK(fields({std::string("co\0unt()", 8)}) == std::string("co\0unt is not a valid function", 30));
    selection.fields = {"id"};
    CHECK(equations({std::string(16 * 1024, '(')}) ==
          "Unable to parse your equation, make sure it is well formed arithmetic");
    selection.equations = {};
    CHECK(sort(std::vector<std::string>(10'000, "-id")) == "accepted");
    CHECK(query.sort.size() == 1);
    CHECK(sort({std::string(100'000, '-')}) == not_selected);
}
