#include <dataexport/format/make_writer.hpp>

#include "random_rows.hpp"

#include <dataexport/format/dispatch.hpp>

#include <doctest/doctest.h>

using namespace dataexport;
using namespace format_tests;

namespace {

RandomFile file_of(std::size_t rows, std::mt19937& random) {
    RandomFile file;
    for (auto count = 1 + random() % 12; count > 0; --count) {
        file.names.push_back(random_text(random) + '_' + std::to_string(count));
    }
    file.rows.resize(rows);
    for (auto& row : file.rows) {
        for (std::size_t i = 0; i < file.names.size(); ++i) {
            row.push_back(random() % 2 == 0 ? typical_cell(random) : random_cell(random));
        }
    }
    return file;
}

Written write_directly(ExportFormat format, const RandomFile& file, std::string_view dialect) {
    const auto writer = make_writer(format, file.names, dialect);
    writer->begin();
    dispatch(*writer, [&](auto& direct) {
        for (const auto& row : file.rows) {
            static_cast<void>(put(direct, row));
        }
    });
    return result_of(*writer);
}

template <class RandomDialect, class Reference>
void check_random_rows(ExportFormat format, unsigned seed, RandomDialect random_dialect, Reference reference) {
    std::mt19937 random(seed);
    constexpr std::size_t rows_of_a_file = 200;
    for (std::size_t written = 0; written < rows_to_write(20'000); written += rows_of_a_file) {
        const auto file = file_of(rows_of_a_file, random);
        const std::string dialect = random_dialect(random);
        CAPTURE(dialect);
        const auto whole = write_directly(format, file, dialect);
        REQUIRE(!whole.failure);
        REQUIRE(whole.bytes == reference(file, dialect));
        const auto pieces = write_in_pieces(format, file, dialect, random);
        REQUIRE(pieces.bytes == whole.bytes);
        REQUIRE(pieces.warnings == whole.warnings);
    }
}

} // namespace

TEST_CASE("thousands of random rows in CSV are the bytes of the reference, whole, in batches and resumed") {
    check_random_rows(ExportFormat::csv, 20260519, random_csv_dialect,
                      [](const RandomFile& file, std::string_view dialect) {
                          return reference::csv(file.names, file.rows,
                                                CsvDialect::from_json(unguarded(ExportFormat::csv, dialect)).value());
                      });
}

TEST_CASE("thousands of random rows in JSONL are the bytes of the reference, whole, in batches and resumed") {
    check_random_rows(
        ExportFormat::jsonl, 20260520, random_jsonl_dialect, [](const RandomFile& file, std::string_view dialect) {
            return reference::jsonl(file.names, file.rows, JsonlDialect::from_json(object(dialect)).value());
        });
}
