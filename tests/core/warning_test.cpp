#include <dataexport/core/warning.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

TEST_CASE("add_warning keeps one warning of each code, with a count, in the order they came") {
    std::vector<Warning> warnings;
    add_warning(warnings, "formula_guarded", "Cells were guarded.", 2);
    add_warning(warnings, "row_limit", "The export was cut.");
    add_warning(warnings, "formula_guarded", "Another text.", 3);
    CHECK(warnings ==
          std::vector<Warning>{{"formula_guarded", "Cells were guarded.", 5}, {"row_limit", "The export was cut.", 1}});
}
