#include <dataexport/format/make_writer.hpp>

#include "cells.hpp"

#include <dataexport/format/dispatch.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using namespace format_tests;
using namespace dataexport;

TEST_CASE("check_dialect gives the canonical form of either format") {
    CHECK(to_json(check_dialect(ExportFormat::csv, object(R"({"bom": true, "header": true})")).value()) ==
          R"({"bom":true})");
    CHECK(to_json(check_dialect(ExportFormat::jsonl, object(R"({"omit_null": true, "bytes": "base64"})")).value()) ==
          R"({"omit_null":true})");
}

TEST_CASE("check_dialect refuses what the format does not have") {
    CHECK(check_dialect(ExportFormat::jsonl, object(R"({"bom": true})")).error() ==
          Error{Errc::invalid_dialect, "/bom is not known here"});
    CHECK(check_dialect(ExportFormat::csv, object(R"({"omit_null": true})")).error() ==
          Error{Errc::invalid_dialect, "/omit_null is not known here"});
}

TEST_CASE("make_row_writer refuses a dialect that is wrong or does not fit the columns") {
    const auto code = [](ExportFormat format, const std::vector<std::string>& names, std::string_view dialect) {
        const auto writer = make_row_writer(format, text_columns(names), object(dialect));
        return writer ? std::nullopt : std::optional(writer.error().code);
    };
    for (const auto format : {ExportFormat::csv, ExportFormat::jsonl}) {
        CHECK(code(format, {"a"}, R"({"compression": "rar"})") == Errc::invalid_dialect);
        CHECK(code(format, {"a", "b"}, R"({"labels": ["x"]})") == Errc::invalid_dialect);
        CHECK(code(format, {"a", "a"}, "{}") == Errc::invalid_dialect);
        CHECK(code(format, {"a", "a"}, R"({"duplicate_labels": "number"})") == std::nullopt);
        CHECK(code(format, {"a", "b"}, R"({"labels": ["x", "y"]})") == std::nullopt);
    }
    CHECK(code(ExportFormat::csv, {"a", "a"}, R"({"header": false})") == std::nullopt);
}

TEST_CASE("make_row_writer labels the columns") {
    CHECK(write_csv({"a", "b"}, {{1, 2}}, R"({"labels": ["x", "y"]})").bytes == "x,y\r\n1,2\r\n");
    CHECK(write_jsonl({"a", "b"}, {{1, 2}}, R"({"labels": ["x", "y"]})").bytes == "{\"x\":1,\"y\":2}\n");
    CHECK(write_jsonl({"a", "a"}, {{1, 2}}, R"({"duplicate_labels": "number"})").bytes == "{\"a\":1,\"a_2\":2}\n");
}

TEST_CASE("make_row_writer guards formulas unless the dialect says otherwise") {
    const auto first_cell = [](std::string_view dialect) {
        const auto writer = make_row_writer(ExportFormat::csv, text_columns({"a"}), object(dialect)).value();
        static_cast<void>(put(*writer, Row{"=1"}));
        return std::string(writer->output());
    };
    CHECK(first_cell("{}") == "'=1\r\n");
    CHECK(first_cell(R"({"formula_guard": "escape"})") == "'=1\r\n");
    CHECK(first_cell(R"({"formula_guard": "off"})") == "=1\r\n");
    CHECK(first_cell(R"({"formula_guard": "reject"})").empty());
}

TEST_CASE("dispatch calls its function with the writer's own type") {
    const auto name = [](auto& sink) -> std::string {
        using Sink = std::remove_reference_t<decltype(sink)>;
        if constexpr (std::is_same_v<Sink, CsvWriter>) return "csv";
        if constexpr (std::is_same_v<Sink, JsonlWriter>) return "jsonl";
        return "other";
    };
    class Nowhere final : public CellSink {
        void null() override {}
        void boolean(bool) override {}
        void integer(std::int64_t) override {}
        void unsigned_integer(std::uint64_t) override {}
        void real(double) override {}
        void decimal(std::string_view) override {}
        void text(std::string_view) override {}
        void timestamp(TimePoint) override {}
        void json(std::string_view) override {}
        void bytes(std::span<const unsigned char>) override {}
        bool end_row() override { return true; }
    } nowhere;
    CHECK(dispatch(*make_writer(ExportFormat::csv, {"a"}, "{}"), name) == "csv");
    CHECK(dispatch(*make_writer(ExportFormat::jsonl, {"a"}, "{}"), name) == "jsonl");
    CHECK(dispatch(nowhere, name) == "other");
}
