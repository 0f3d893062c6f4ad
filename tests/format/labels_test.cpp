#include <dataexport/format/labels.hpp>

#include "cells.hpp"

#include <doctest/doctest.h>

using namespace format_tests;
using namespace dataexport;

namespace {

using Names = std::vector<std::string>;

Result<Names> names(const Names& columns, const Names& labels, DuplicateLabels duplicates) {
    const auto labelled = label_columns(text_columns(columns), labels, duplicates);
    if (!labelled) return labelled.error();
    return column_names(*labelled);
}

} // namespace

TEST_CASE("D21: duplicate headings are an error") {
    const auto result = names({"id", "name", "id"}, {}, DuplicateLabels::fail);
    REQUIRE(result.has_error());
    CHECK(result.error() == Error{Errc::invalid_dialect, "/duplicate_labels allows only one column named id"});
}

TEST_CASE("D21: duplicate headings are numbered if asked, past the names that are taken") {
    CHECK(names({"id", "id"}, {}, DuplicateLabels::number).value() == Names{"id", "id_2"});
    CHECK(names({"id", "id", "id"}, {}, DuplicateLabels::number).value() == Names{"id", "id_2", "id_3"});
    CHECK(names({"id", "id", "id_2"}, {}, DuplicateLabels::number).value() == Names{"id", "id_3", "id_2"});
    CHECK(names({"id_2", "id_2", "id"}, {}, DuplicateLabels::number).value() == Names{"id_2", "id_2_2", "id"});
}

TEST_CASE("label_columns takes the labels for names, one for each column, and keeps the types") {
    CHECK(names({"a", "b"}, {"x", "y"}, DuplicateLabels::fail).value() == Names{"x", "y"});
    CHECK(names({"a", "a"}, {"x", "y"}, DuplicateLabels::fail).value() == Names{"x", "y"});
    CHECK(names({"a", "b"}, {"x"}, DuplicateLabels::fail).error() ==
          Error{Errc::invalid_dialect, "/labels has 1 labels for 2 columns"});
    const std::vector<Column> typed{{"a", ColumnType::integer}};
    CHECK(label_columns(typed, Names{"x"}, DuplicateLabels::fail).value() ==
          std::vector<Column>{{"x", ColumnType::integer}});
}
