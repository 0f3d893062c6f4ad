#include <dataexport/search/term_json.hpp>

#include "support/source_folder.hpp"

#include <dataexport/core/time.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace dataexport;

namespace {

const std::filesystem::path conformance_data =
    std::filesystem::path(support::source_folder) / "../shared/search-syntax";

SearchOptions options_at(const char* now) {
    SearchOptions options;
    options.now = parse_iso(now).value();
    return options;
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

/// Terms, or the text of the error.
json::value answer(const std::string& query) {
    const auto parsed = SearchQuery::parse(query, options_at("2026-01-01T00:00:00Z"));
    if (parsed.has_error()) return json::value(parsed.error().detail);
    return terms_to_json(parsed->terms());
}

void check_verdict(const std::string& line) {
    const json::value verdict = parse_json(line).value();
    const std::string query = text_of(verdict.at("query"));
    CAPTURE(query);
    const json::value& expected = verdict.at("ok").as_bool() ? verdict.at("terms") : verdict.at("error");
    CHECK(to_json(answer(query)) == to_json(expected));
}

// A fixture's tokens as conditions, as the reference's own test reads them.

std::string unescaped(std::string text) {
    for (auto at = text.find("\\\""); at != std::string::npos; at = text.find("\\\"", at + 1)) {
        text.erase(at, 1);
    }
    return text;
}

std::string key_text(const json::object& key);

std::string call_text(const json::object& key) {
    std::string text = text_of(key.at("name").at("value")) + '(';
    if (key.at("args").is_object()) {
        const char* separator = "";
        for (const auto& argument : key.at("args").at("args").as_array()) {
            if (argument.at("value").is_null()) continue;
            text += separator + text_of(argument.at("value").at("value"));
            separator = ", ";
        }
    }
    return text + ')';
}

std::string key_text(const json::object& key) {
    const std::string type = text_of(key.at("type"));
    if (type == "keySimple") return text_of(key.at("value"));
    if (type == "keyAggregate") return call_text(key);
    const std::string name = "tags[" + key_text(key.at("key").as_object());
    if (type == "keyExplicitStringTag") return name + ",string]";
    if (type == "keyExplicitNumberTag") return name + ",number]";
    if (type == "keyExplicitBooleanTag") return name + ",boolean]";
    if (type == "keyExplicitArrayTag") return name + ",array]";
    return name + ']';
}

double milliseconds_in(const std::string& unit) {
    if (unit == "ms") return 1;
    if (unit == "s") return 1e3;
    return unit == "m" ? 6e4 : 3.6e6;
}

double number_of(const json::object& value) {
    for (const char* member : {"parsed", "rawValue"}) {
        if (const auto* found = value.if_contains(member)) {
            return (found->is_object() ? found->at("value") : *found).to_number<double>();
        }
    }
    const auto& written = value.at("value");
    if (written.is_string()) return std::stod(text_of(written));
    const bool is_duration = text_of(value.at("type")) == "valueDuration";
    return written.to_number<double>() * (is_duration ? milliseconds_in(text_of(value.at("unit"))) : 1.0);
}

json::value value_of(const json::object& value) {
    const std::string type = text_of(value.at("type"));
    if (type == "valueText") return json::value(unescaped(text_of(value.at("value"))));
    if (type == "valueNumber" || type == "valueDuration") return json::value(number_of(value));
    if (type == "valueBoolean") return json::value(std::int64_t{value.at("value").as_bool()});
    if (type == "valueIso8601Date") {
        const auto* parsed = value.if_contains("parsed");
        const auto written = text_of(parsed != nullptr ? parsed->at("value") : value.at("value"));
        const auto dot = written.find(".000Z");
        return json::value(to_iso(parse_iso(dot == std::string::npos ? written : written.substr(0, dot)).value()));
    }
    json::array items;
    for (const auto& item : value.at("items").as_array()) {
        items.push_back(value_of(item.at("value").as_object()));
    }
    return items;
}

json::value condition(const std::string& key, const std::string& op, json::value value, bool call = false) {
    return json::object{{call ? "agg" : "key", key}, {"op", op}, {"value", std::move(value)}};
}

/// The operator that the search box writes for "ends with".
const std::string ends_with = "\xef\x80\x8d"
                              "EndsWith"
                              "\xef\x80\x8d";

json::value with_leading_wildcard(json::value value) {
    if (value.is_string()) return json::value('*' + text_of(value));
    for (auto& item : value.as_array()) {
        item = json::value('*' + text_of(item));
    }
    return value;
}

json::value filter_condition(const json::object& token) {
    const auto& key = token.at("key").as_object();
    const bool negated = token.at("negated").as_bool();
    const bool call = text_of(key.at("type")) == "keyAggregate";
    const auto& value = token.at("value").as_object();
    if (text_of(token.at("filter")) == "boolean") {
        const bool held = value.at("value").as_bool() != negated;
        return condition(key_text(key), "=", json::value(std::int64_t{held}));
    }
    json::value wanted = value_of(value);
    std::string op = text_of(token.at("operator"));
    if (op == ends_with) {
        wanted = with_leading_wildcard(std::move(wanted));
        op.clear();
    }
    if (wanted.is_array()) {
        op = negated ? "NOT IN" : "IN";
    } else {
        op = (negated ? "!" : "") + (op.empty() ? "=" : op);
    }
    return condition(key_text(key), op, std::move(wanted), call);
}

/// The condition of a piece of free text; none if it is empty.
std::optional<json::value> free_text_condition(const json::object& token) {
    std::string text = text_of(token.at("value"));
    if (token.at("quoted").as_bool()) {
        text = unescaped(text);
    } else {
        text.erase(0, text.find_first_not_of(' '));
        text.erase(text.find_last_not_of(' ') + 1);
    }
    if (text.empty()) return std::nullopt;
    return condition("message", "=", json::value(text));
}

struct FixtureExpectation {
    bool error = false;
    json::array terms;
};

FixtureExpectation expectation(const json::object& fixture) {
    FixtureExpectation expected;
    expected.error = fixture.contains("raisesError");
    for (const auto& token : fixture.at("result").as_array()) {
        const auto& object = token.as_object();
        const std::string type = text_of(object.at("type"));
        const auto* invalid = object.if_contains("invalid");
        if (type == "filter" && invalid != nullptr && !invalid->is_null()) {
            expected.error = true;
            break;
        }
        if (type == "filter") expected.terms.push_back(filter_condition(object));
        if (type != "freeText") continue;
        if (const auto text = free_text_condition(object)) expected.terms.push_back(*text);
    }
    return expected;
}

/// @return whether it passed
bool check_fixture(const json::object& fixture) {
    const std::string query = text_of(fixture.at("query"));
    CAPTURE(query);
    const FixtureExpectation expected = expectation(fixture);
    const json::value given = answer(query);
    const bool passed = expected.error ? given.is_string() : given.is_array() && given.as_array() == expected.terms;
    CHECK(passed);
    return passed;
}

/// What the reference's backend does not run: its own tests cover it, or it is about the browser's settings.
bool is_skipped(const std::string& name) {
    const char* names[] = {"rel_time_filter",
                           "aggregate_rel_time_filter",
                           "specific_time_filter",
                           "timestamp_rollup",
                           "has_tag",
                           "not_has_tag",
                           "supported_tags",
                           "supported-tags",
                           "disallow_wildcard_filter",
                           "invalid_aggregate_column_with_duration_filter",
                           "invalid_numeric_aggregate_filter"};
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace

TEST_CASE("SearchQuery::parse agrees with the reference on its own verdicts") {
    check_verdict(R"json({"query": "!count():>1 a b", "ok": true, "terms": [
        {"agg": "count()", "op": "<=", "value": 1.0}, {"key": "message", "op": "=", "value": "a b"}]})json");
    check_verdict(R"json({"query": "a:1 OR (b:[1,2] c:\"d\")", "ok": true, "terms": [
        {"key": "a", "op": "=", "value": "1"}, "OR", {"paren": [
            {"key": "b", "op": "IN", "value": ["1", "2"]}, {"key": "c", "op": "=", "value": "d"}]}]})json");
    check_verdict(R"json({"query": "a:", "ok": false, "error": "Empty string after 'a:'"})json");
    std::ifstream verdicts(conformance_data / "verdicts.jsonl");
    if (!verdicts) {
        MESSAGE("verdicts.jsonl is not there; only embedded cases were checked");
        return;
    }
    int count = 0;
    for (std::string line; std::getline(verdicts, line); ++count) {
        check_verdict(line);
    }
    CHECK(count >= 1800);
}

TEST_CASE("SearchQuery::parse agrees with the token fixtures of the reference") {
    check_fixture(parse_json(R"({"query":"!stack.in_app:true  x","result":[{"type":"spaces","value":""},
        {"type":"filter","filter":"boolean","negated":true,"key":{"type":"keySimple","value":"stack.in_app"},
         "operator":"","value":{"type":"valueBoolean","value":true}},{"type":"spaces","value":"  "},
        {"type":"freeText","value":"x","quoted":false,"invalid":null},{"type":"spaces","value":""}]})")
                      ->as_object());
    const auto folder = conformance_data / "fixtures";
    if (!std::filesystem::is_directory(folder)) {
        MESSAGE("the fixtures are not there; only an embedded case was checked");
        return;
    }
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".json") files.insert(entry.path());
    }
    int count = 0;
    std::string list;
    for (const auto& file : files) {
        const std::string name = file.stem().string();
        if (is_skipped(name)) {
            list += "\n  " + name + ": not read by the reference's backend";
            continue;
        }
        CAPTURE(name);
        const json::value fixtures = parse_json(read_file(file)).value();
        int passed = 0;
        for (const auto& fixture : fixtures.as_array()) {
            if (check_fixture(fixture.as_object())) ++passed;
        }
        list += "\n  " + name + ": " + std::to_string(passed) + " of " + std::to_string(fixtures.as_array().size());
        count += passed;
    }
    MESSAGE(count << " cases of the fixtures passed, file by file:" << list);
    CHECK(count > 100);
}

TEST_CASE("terms_to_json keeps numbers, booleans and instants apart") {
    const auto shown = [](const char* query) { return to_json(answer(query)); };
    CHECK(shown("") == "[]");
    CHECK(shown("stack.in_app:true") == R"([{"key":"stack.in_app","op":"=","value":1}])");
    CHECK(shown("timestamp:>2018-01-01T00:00:00.5") ==
          R"([{"key":"timestamp","op":">","value":"2018-01-01T00:00:00.500000+00:00"}])");
    CHECK(shown("(a or b)") ==
          R"([{"paren":[{"key":"message","op":"=","value":"a"},"OR",{"key":"message","op":"=","value":"b"}]}])");
    CHECK(answer("project_id:5").at(0).at("value").is_double());
}
