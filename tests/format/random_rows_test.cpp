#include <dataexport/format/make_writer.hpp>

#include "random_rows.hpp"

#include <dataexport/format/dispatch.hpp>

#include <doctest/doctest.h>

using namespace dataexport;
using namespace format_tests;

namespace {

/// How many rows each test writes; a larger number can be asked for from outside.
std::size_t rows_to_write() {
    const char* asked = std::getenv("DATAEXPORT_RANDOM_ROWS");
    return asked == nullptr ? 20'000 : std::strtoull(asked, nullptr, 10);
}

/// What exports are mostly made of: words, hex ids, titles, prices, counts, dates.
Cell typical_cell(std::mt19937& random) {
    const auto text = [&](std::size_t size, std::string_view alphabet) {
        std::string made;
        while (made.size() < size) {
            made += alphabet[random() % alphabet.size()];
        }
        return made;
    };
    constexpr std::string_view letters = "etaoinshrdlu ETAOIN.-_/@:";
    switch (random() % 9) {
    case 0:
        return text(5 + random() % 6, letters);
    case 1:
        return text(32, "0123456789abcdef");
    case 2:
        return text(30 + random() % 91, letters);
    case 3:
        return text(30 + random() % 91, letters) + random_text(random) + text(random() % 40, letters);
    case 4:
        return static_cast<double>(random() % 10'000'000) / 1000;
    case 5:
        return std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 2000) - 1010);
    case 6:
        return static_cast<std::int64_t>(random() % 1'000'000);
    case 7:
        return static_cast<std::int64_t>((std::uint64_t{random()} << 32 | random()) >> random() % 64);
    default:
        return TimePoint(std::chrono::milliseconds(static_cast<std::int64_t>(random() * 1000 + random() % 3)));
    }
}

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

/// Puts a row by the type of the writer, as a source does that dispatches.
template <class Writer>
void put_directly(Writer& writer, const Row& row) {
    for (const auto& cell : row) {
        std::visit(Overloaded{[&](Null) { writer.null(); }, [&](bool v) { writer.boolean(v); },
                              [&](std::int64_t v) { writer.integer(v); },
                              [&](std::uint64_t v) { writer.unsigned_integer(v); }, [&](double v) { writer.real(v); },
                              [&](const Decimal& v) { writer.decimal(v.digits); },
                              [&](const std::string& v) { writer.text(v); }, [&](TimePoint v) { writer.timestamp(v); },
                              [&](const Json& v) { writer.json(v.text); }, [&](const Bytes& v) { writer.bytes(v); }},
                   cell);
    }
    static_cast<void>(writer.end_row());
}

Written write_directly(ExportFormat format, const RandomFile& file, std::string_view dialect) {
    const auto writer = make_writer(format, file.names, dialect);
    writer->begin();
    dispatch(*writer, [&](auto& direct) {
        for (const auto& row : file.rows) {
            put_directly(direct, row);
        }
    });
    return result_of(*writer);
}

template <class RandomDialect, class Reference>
void check_random_rows(ExportFormat format, unsigned seed, RandomDialect random_dialect, Reference reference) {
    std::mt19937 random(seed);
    constexpr std::size_t rows_of_a_file = 200;
    for (std::size_t written = 0; written < rows_to_write(); written += rows_of_a_file) {
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
