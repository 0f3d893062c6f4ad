#include <dataexport/request/export_query_serializer.hpp>

#include "request/request_fixture.hpp"

#include <doctest/doctest.h>

using namespace request_fixture;

namespace {

/// Is there, and never called.
class NoCompressor final : public Compressor {
public:
    explicit NoCompressor(Compression kind) : kind_(kind) {}
    Compression kind() const override { return kind_; }
    Result<void> compress(std::string_view, std::string&) const override {
        return Error{Errc::unsupported, "not for use"};
    }

private:
    Compression kind_;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Offers `Discover`, behind its feature, and `Plain`, which everybody has. Both return their input; `fail` makes them
/// refuse it.
struct Fixture {
    Fixture() {
        for (const auto& [name, feature] :
             {std::pair("Discover", "organizations:discover-query"), std::pair("Plain", "")}) {
            ExportKind kind;
            kind.name = name;
            kind.number = static_cast<int>(kinds.all().size());
            kind.feature = feature;
            kind.validate = [this](const RequestScope& scope, json::object info) -> Result<ValidatedQuery> {
                seen_environment = scope.environment;
                seen_ids = scope.project_ids;
                seen_slugs = scope.project_slugs;
                if (fail) return *fail;
                return ValidatedQuery{std::move(info), scope.projects};
            };
            kinds.add(std::move(kind));
        }
    }

    Validated<ValidatedExport> validate(std::string_view body) {
        const ExportQuerySerializer serializer(
            kinds, limits,
            [](ExportFormat format, const json::object& dialect) -> Result<json::object> {
                if (dialect.contains("shrug")) return Error{Errc::invalid_dialect, "Unknown dialect option: shrug"};
                auto complete = dialect;
                complete["for"] = to_string(format);
                return complete;
            },
            compressors);
        return serializer.validate(parsed(body), parameters, access, at("2020-05-19T14:00:00Z"));
    }

    /// The code and the body of the refusal, or `accepted`.
    std::string answer(std::string_view body) {
        const auto result = validate(body);
        if (result) return "accepted";
        return std::string(to_string(result.error().code)) + ' ' + to_json(result.error().body);
    }

    ExportKinds kinds;
    RequestLimits limits;
    NoCompressor gzip{Compression::gzip};
    NoCompressor zstd{Compression::zstd};
    Compressors compressors{&gzip, &zstd};
    AccessContext access = jane();
    Parameters parameters;
    std::optional<Error> fail;
    std::optional<std::string> seen_environment;
    std::vector<std::string> seen_ids, seen_slugs;
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "ExportQuerySerializer::validate collects what is wrong with each field") {
    struct Row {
        std::string_view body, errors;
    };
    for (const auto& [body, errors] : {
             Row{"{}", R"({"query_type":["This field is required."],"query_info":["This field is required."]})"},
             Row{R"({"query_type": null, "query_info": null, "format": null})",
                 R"({"query_type":["This field may not be null."],"query_info":["This field may not be null."],)"
                 R"("format":["This field may not be null."]})"},
             Row{R"({"query_type": "invalid", "query_info": {}})",
                 R"({"query_type":["\"invalid\" is not a valid choice."]})"},
             Row{R"({"query_type": "discover", "query_info": {}})",
                 R"({"query_type":["\"discover\" is not a valid choice."]})"},
             Row{R"({"query_type": "", "query_info": {}})", R"({"query_type":["\"\" is not a valid choice."]})"},
             Row{R"({"query_type": 5, "query_info": {}})", R"({"query_type":["\"5\" is not a valid choice."]})"},
             Row{R"({"query_type": true, "query_info": {}})", R"({"query_type":["\"True\" is not a valid choice."]})"},
             Row{R"({"query_type": ["a"], "query_info": {}})",
                 R"({"query_type":["\"['a']\" is not a valid choice."]})"},
             Row{R"({"query_type": "Plain", "query_info": {}, "format": "CSV"})",
                 R"({"format":["\"CSV\" is not a valid choice."]})"},
             Row{R"({"query_type": "Plain", "query_info": {}, "format": 1})",
                 R"({"format":["\"1\" is not a valid choice."]})"},
             Row{R"({"query_type": "Plain", "query_info": []})",
                 R"({"query_info":["Expected a dictionary of items but got type \"list\"."]})"},
             Row{R"({"query_type": "Plain", "query_info": "x"})",
                 R"({"query_info":["Expected a dictionary of items but got type \"str\"."]})"},
             Row{R"({"query_type": "Plain", "query_info": {}, "dialect": []})",
                 R"({"dialect":["Expected a dictionary of items but got type \"list\"."]})"},
             Row{R"({"query_type": "Plain", "query_info": {}, "dialect": {"shrug": 1}})",
                 R"({"dialect":["Unknown dialect option: shrug"]})"},
             Row{R"({"query_type": "x", "query_info": 1, "format": "x", "limit": "x"})",
                 R"({"query_type":["\"x\" is not a valid choice."],)"
                 R"("query_info":["Expected a dictionary of items but got type \"int\"."],)"
                 R"("format":["\"x\" is not a valid choice."],"limit":["A valid integer is required."]})"},
         }) {
        CHECK(answer(body) == "invalid-request " + std::string(errors));
    }
}

TEST_CASE_FIXTURE(Fixture, "ExportQuerySerializer::validate takes the compressions that there are compressors for") {
    const auto with = [](std::string_view compression) {
        return R"({"query_type": "Plain", "query_info": {}, "compression": )" + std::string(compression) + "}";
    };
    const auto compression = [&](std::string_view asked) {
        const auto accepted = validate(with(asked));
        REQUIRE(accepted.has_value());
        return accepted->compression;
    };
    CHECK(compression("null") == Compression::none);
    CHECK(compression("\"none\"") == Compression::none);
    CHECK(compression("\"gzip\"") == Compression::gzip);
    CHECK(compression("\"zstd\"") == Compression::zstd);
    for (const auto& [asked, shown] :
         {std::pair("\"brotli\"", "brotli"), std::pair("\"GZIP\"", "GZIP"), std::pair("\"\"", ""),
          std::pair("true", "True"), std::pair("1", "1"), std::pair("[\"gzip\"]", "['gzip']")}) {
        CHECK(answer(with(asked)) ==
              R"(invalid-request {"compression":["\")" + std::string(shown) + R"(\" is not a valid choice."]})");
    }

    compressors = {&gzip};
    CHECK(compression("\"gzip\"") == Compression::gzip);
    CHECK(answer(with("\"zstd\"")) ==
          R"(invalid-request {"compression":["Compression with zstd is not available here."]})");
    CHECK(answer(with("\"brotli\"")) == R"(invalid-request {"compression":["\"brotli\" is not a valid choice."]})");
    compressors = {};
    CHECK(compression("null") == Compression::none);
    CHECK(answer(with("\"gzip\"")) ==
          R"(invalid-request {"compression":["Compression with gzip is not available here."]})");
}

TEST_CASE_FIXTURE(Fixture, "ExportQuerySerializer::validate names the Python type of a body that is no object") {
    struct Row {
        std::string_view body, type;
    };
    for (const auto& [body, type] : {Row{"[]", "list"}, Row{"\"x\"", "str"}, Row{"1", "int"}, Row{"1.5", "float"},
                                     Row{"true", "bool"}, Row{"null", "NoneType"}}) {
        CHECK(answer(body) == R"(invalid-request {"non_field_errors":["Invalid data. Expected a dictionary, but got )" +
                                  std::string(type) + R"(."]})");
    }
}

TEST_CASE_FIXTURE(Fixture, "ExportQuerySerializer::validate coerces limit to an integer of at least 1") {
    struct Row {
        std::string_view limit;
        std::optional<std::uint64_t> rows;
        std::string_view error = "";
    };
    constexpr std::string_view not_integer = "A valid integer is required.";
    constexpr std::string_view too_small = "Ensure this value is greater than or equal to 1.";
    for (const auto& row : {
             Row{"null", {}},
             Row{"10", 10},
             Row{"10.0", 10},
             Row{"\"10\"", 10},
             Row{"\"10.0\"", 10},
             Row{"\"10.\"", 10},
             Row{"\" 10.00 \"", 10},
             Row{"1", 1},
             Row{"10.5", {}, not_integer},
             Row{"\"10.5\"", {}, not_integer},
             Row{"\"10.05\"", {}, not_integer},
             Row{"\"10.0.0\"", {}, not_integer},
             Row{"\".0\"", {}, not_integer},
             Row{"true", {}, not_integer},
             Row{"\"\"", {}, not_integer},
             Row{"\"ten\"", {}, not_integer},
             Row{"[1]", {}, not_integer},
             Row{"{}", {}, not_integer},
             Row{"0", {}, too_small},
             Row{"-1", {}, too_small},
             Row{"\"-1\"", {}, too_small},
         }) {
        const auto body = R"({"query_type": "Plain", "query_info": {}, "limit": )" + std::string(row.limit) + "}";
        if (row.error.empty()) {
            const auto result = validate(body);
            REQUIRE_MESSAGE(result.has_value(), row.limit);
            CHECK(result->limit == row.rows);
        } else {
            CHECK(answer(body) == R"(invalid-request {"limit":[")" + std::string(row.error) + "\"]}");
        }
    }
}

TEST_CASE_FIXTURE(Fixture, "ExportQuerySerializer::validate caps limits by the kind of login, and says so") {
    const auto limited = [this](std::string_view limit) {
        const auto result =
            validate(R"({"query_type": "Plain", "query_info": {}, "limit": )" + std::string(limit) + "}");
        return std::pair(result->limit, result->warnings);
    };
    using Rows = std::optional<std::uint64_t>;
    const std::vector<Warning> none;

    access.login = Login::browser_session;
    CHECK(limited("null") == std::pair(Rows(), none));
    CHECK(limited("10000000") == std::pair(Rows(10'000'000), none));
    CHECK(limited("10000001") ==
          std::pair(Rows(10'000'000),
                    std::vector<Warning>{{"limit_reduced", "The limit of 10000001 rows was reduced to 10000000.", 1}}));

    access.login = Login::api_token;
    CHECK(limited("null") == std::pair(Rows(10'000), none));
    CHECK(limited("5") == std::pair(Rows(5), none));
    CHECK(limited("10000") == std::pair(Rows(10'000), none));
    CHECK(limited("20000") ==
          std::pair(Rows(10'000),
                    std::vector<Warning>{{"limit_reduced", "The limit of 20000 rows was reduced to 10000.", 1}}));

    limits.max_rows = 100;
    CHECK(limited("null").first == 100);
}

TEST_CASE_FIXTURE(Fixture, "ExportQuerySerializer::validate returns everything that a record needs") {
    parameters = {{"environment", "staging"}, {"project", "11"}, {"project", "12"}, {"projectSlug", "mobile"}};
    const auto result = validate(R"({"query_type": "Discover", "query_info": {"env": "test", "project": ["11"]},
        "format": "jsonl", "limit": 3, "dialect": {"a": 1}, "unknown": true})");
    REQUIRE(result.has_value());
    CHECK(result->kind == kinds.find("Discover"));
    CHECK(to_json(result->query_info) == R"({"env":"test","project":[11]})");
    CHECK(result->projects == std::vector{ProjectId{11}});
    CHECK(result->format == ExportFormat::jsonl);
    CHECK(result->compression == Compression::none);
    CHECK(to_json(result->dialect) == R"({"a":1,"for":"jsonl"})");
    CHECK(result->limit == 3);
    CHECK(result->environment == "staging");
    CHECK(result->warnings.empty());
    CHECK(seen_environment == "staging");
    CHECK(seen_ids == std::vector<std::string>{"11", "12"});
    CHECK(seen_slugs == std::vector<std::string>{"mobile"});
}

TEST_CASE_FIXTURE(Fixture, "ExportQuerySerializer::validate lets the dialect of a request without one be completed") {
    CHECK(to_json(validate(R"({"query_type": "Plain", "query_info": {}})")->dialect) == R"({"for":"csv"})");
    CHECK(to_json(validate(R"({"query_type": "Plain", "query_info": {}, "dialect": null})")->dialect) ==
          R"({"for":"csv"})");
}

TEST_CASE_FIXTURE(Fixture,
                  "ExportQuerySerializer::validate takes from the kind what the dialect of a request leaves open") {
    ExportKind guarded = *kinds.find("Plain");
    guarded.name = "Guarded";
    guarded.number = 9;
    guarded.csv_dialect = {{"guard", "off"}};
    guarded.jsonl_dialect = {{"null", "omit"}};
    kinds.add(std::move(guarded));
    const auto dialect = [this](std::string_view members) {
        const auto body = R"({"query_type": "Guarded", "query_info": {}, )" + std::string(members) + "}";
        return to_json(validate(body)->dialect);
    };
    CHECK(dialect(R"("format": "csv")") == R"({"guard":"off","for":"csv"})");
    CHECK(dialect(R"("format": "jsonl")") == R"({"null":"omit","for":"jsonl"})");
    CHECK(dialect(R"("dialect": {"guard": "escape", "a": 1})") == R"({"guard":"escape","a":1,"for":"csv"})");
}

TEST_CASE_FIXTURE(Fixture, "ExportQuerySerializer::validate resolves the projects that query_info names") {
    struct Row {
        std::string_view project, stored;
    };
    const auto body = [](std::string_view project) {
        return R"({"query_type": "Plain", "query_info": {"project": )" + std::string(project) + "}}";
    };
    for (const auto& row :
         {Row{"11", "[11]"}, Row{"\"11\"", "[11]"}, Row{"[11, \"12\", 11]", "[12,11]"}, Row{"-1", "[12,11,13]"},
          Row{"[-1, 999]", "[12,11,13]"}, Row{"[]", "[]"}, Row{"null", "null"}, Row{"0", "0"}, Row{"\"\"", "\"\""}}) {
        const auto result = validate(body(row.project));
        REQUIRE_MESSAGE(result.has_value(), row.project);
        CHECK(to_json(result->query_info) == R"({"project":)" + std::string(row.stored) + "}");
    }
    for (const std::string_view project : {"-5", "[14]", "[11, 999]", "99"}) {
        CHECK(answer(body(project)) ==
              R"(permission-denied {"detail":"You do not have permission to perform this action."})");
    }
    for (const std::string_view project : {"\"backend\"", "[11, \"x\"]", "[[11]]", "{\"id\": 11}", "true", "1.5"}) {
        CHECK(answer(body(project)) ==
              R"(invalid-project {"non_field_errors":["Invalid project parameter. Values must be numbers."]})");
    }
}

TEST_CASE_FIXTURE(Fixture, "serializer, create-001: without the feature a kind is not there, before all other checks") {
    access.organization->features.clear();
    parameters = {{"environment", "unknown"}};
    for (const std::string_view body :
         {R"({"query_type": "Discover", "query_info": {"env": "test"}})", R"({"query_type": "Discover"})",
          R"({"query_type": "no such kind"})", "{}", "[]"}) {
        CHECK_MESSAGE(answer(body) == "feature-disabled {}", body);
    }
    parameters.clear();
    CHECK(answer(R"({"query_type": "Plain", "query_info": {}})") == "accepted");
}

TEST_CASE_FIXTURE(Fixture, "serializer, create-004: an unknown project denies the request") {
    CHECK(answer(R"({"query_type": "Plain", "query_info": {"project": -5}})") ==
          R"(permission-denied {"detail":"You do not have permission to perform this action."})");
}

TEST_CASE_FIXTURE(Fixture, "ExportQuerySerializer::validate refuses an unknown environment before looking at fields") {
    parameters = {{"environment", "unknown"}};
    CHECK(answer("{}") == R"(invalid-environment {"detail":"Requested environment does not exist"})");
    parameters = {{"environment", ""}};
    CHECK(answer("{}") == R"(invalid-environment {"detail":"Requested environment does not exist"})");
}

TEST_CASE_FIXTURE(Fixture, "ExportQuerySerializer::validate shows one text of a kind, after all fields passed") {
    fail = Error{Errc::invalid_field, "at least one field is required to export"};
    CHECK(answer(R"({"query_type": "Plain", "query_info": {}, "limit": 0})") ==
          R"(invalid-request {"limit":["Ensure this value is greater than or equal to 1."]})");
    CHECK(answer(R"({"query_type": "Plain", "query_info": {"project": -5}})").starts_with("permission-denied"));
    CHECK(answer(R"({"query_type": "Plain", "query_info": {}})") ==
          R"(invalid-field {"non_field_errors":["at least one field is required to export"]})");
    fail = Error{Errc::permission_denied, "You do not have permission to perform this action."};
    CHECK(answer(R"({"query_type": "Plain", "query_info": {}})") ==
          R"(permission-denied {"detail":"You do not have permission to perform this action."})");
    fail = Error{Errc::busy, "Try again later."};
    CHECK(answer(R"({"query_type": "Plain", "query_info": {}})") == R"(busy {"detail":"Try again later."})");
}

TEST_CASE_FIXTURE(Fixture, "S16: a body that is too large or too deep is refused before it is built") {
    const ExportQuerySerializer serializer(
        kinds, limits, [](ExportFormat, const json::object& dialect) -> Result<json::object> { return dialect; });
    const auto refusal = [&](const std::string& body) { return serializer.parse(body).error(); };
    CHECK(serializer.parse(R"({"query_type": "Plain"})")->is_object());

    std::string deep;
    for (int i = 0; i < 10'000; ++i) {
        deep += R"({"a":)";
    }
    CHECK(refusal(deep).code == Errc::invalid_input);
    CHECK(refusal(std::string(10 * 1024 * 1024, ' ')).code == Errc::too_large);
    CHECK(to_json(refusal(std::string(10 * 1024 * 1024, ' ')).body) ==
          R"({"detail":"The request body is larger than 1048576 bytes."})");
    CHECK(to_json(refusal("{").body).starts_with(R"({"detail":"JSON parse error - )"));
}
