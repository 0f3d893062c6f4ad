#include <dataexport/format/jsonl_dialect.hpp>

#include "cells.hpp"

#include <doctest/doctest.h>

using namespace format_tests;
using namespace dataexport;

TEST_CASE("JsonlDialect::from_json names the pointer of a member that cannot be") {
    for (const char* const name : {"int64_as_string", "omit_null", "decimal", "non_finite", "bytes", "invalid_utf8",
                                   "labels", "duplicate_labels", "bom", "delimiter", "formula_guard"}) {
        const auto dialect = JsonlDialect::from_json(json::object{{name, 7}});
        REQUIRE(dialect.has_error());
        CHECK(dialect.error().code == Errc::invalid_dialect);
        CHECK(dialect.error().detail.starts_with("/" + std::string(name) + ' '));
    }
    CHECK(JsonlDialect::from_json(object(R"({"bom": true, "decimal": "x"})")).error().detail ==
          R"(/decimal must be "text" or "number"; /bom is not known here)");
}

TEST_CASE("JsonlDialect::to_json gives what differs from the default, and reads back") {
    CHECK(JsonlDialect{}.to_json().empty());
    const auto dialect = JsonlDialect::from_json(object(R"({
        "duplicate_labels": "number", "labels": ["k"], "invalid_utf8": "fail", "bytes": "hex", "non_finite": "fail",
        "decimal": "number", "omit_null": true, "int64_as_string": true})"));
    REQUIRE(dialect.has_value());
    CHECK(to_json(dialect->to_json()) ==
          R"({"int64_as_string":true,"omit_null":true,"decimal":"number","non_finite":"fail","bytes":"hex",)"
          R"("invalid_utf8":"fail","labels":["k"],"duplicate_labels":"number"})");
    CHECK((JsonlDialect::from_json(dialect->to_json()).value() == *dialect));
}
