/// @file
/// Random rows, and writing them in random pieces.
#pragma once

#include "reference_writers.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

namespace format_tests {

/// Text made of the pieces that matter to a writer.
inline std::string random_text(std::mt19937& random) {
    static const std::vector<std::string> pieces{"a",
                                                 "=",
                                                 "+",
                                                 "-",
                                                 "@",
                                                 ",",
                                                 ";",
                                                 "\t",
                                                 "\"",
                                                 "\\",
                                                 "\r",
                                                 "\n",
                                                 "\0"s,
                                                 " ",
                                                 ".",
                                                 "1",
                                                 "NULL",
                                                 "N",
                                                 "\x01",
                                                 "\x7F",
                                                 "\xC3\xA9",
                                                 "\xE2\x82\xAC",
                                                 "\xF0\x9F\x98\x80",
                                                 "\xE2\x80\xA8",
                                                 "\xEF\xBC\x9D",
                                                 "\xC2\xA0",
                                                 "\xFF",
                                                 "\xE2\x82",
                                                 "\xED\xA0\x80",
                                                 "\xF0\x9F",
                                                 "\x80",
                                                 "some plain ASCII text of more than a block"};
    std::string text;
    for (auto count = random() % 9; count > 0; --count) {
        text += pieces[random() % pieces.size()];
    }
    return text;
}

inline double random_real(std::mt19937& random) {
    using Limits = std::numeric_limits<double>;
    static const std::vector<double> special{0.0,
                                             -0.0,
                                             1e-4,
                                             9.9999e-5,
                                             1e16,
                                             9999999999999998.0,
                                             Limits::max(),
                                             -1.5,
                                             1e21,
                                             5e-324,
                                             Limits::quiet_NaN(),
                                             Limits::infinity(),
                                             -Limits::infinity()};
    if (random() % 3 == 0) return special[random() % special.size()];
    const double mantissa = static_cast<double>(random()) / 1000.0 - 2e6;
    return random() % 2 == 0 ? mantissa : std::ldexp(mantissa, static_cast<int>(random() % 160) - 80);
}

inline Cell random_cell(std::mt19937& random) {
    switch (random() % 11) {
    case 0:
        return Null{};
    case 1:
        return random() % 2 == 0;
    case 2:
        return static_cast<std::int64_t>(random()) * static_cast<std::int32_t>(random());
    case 3:
        return std::uint64_t{random()} * random();
    case 4:
        return random_real(random);
    case 5:
        return Decimal{std::to_string(random()) + ".10"};
    case 6:
        return dx::TimePoint{
            std::chrono::microseconds{static_cast<std::int64_t>(random()) * 1000003 * (random() % 2 == 0 ? 1 : 7)}};
    case 7:
        return Json{"[" + reference::json_string(random_text(random)) + ",-1]"};
    case 8:
        return Bytes(random() % 5, static_cast<unsigned char>(random()));
    default:
        return random_text(random);
    }
}

/// How many rows each test writes; a larger number can be asked for from outside.
inline std::size_t rows_to_write(std::size_t usual) {
    const char* asked = std::getenv("DATAEXPORT_RANDOM_ROWS");
    return asked == nullptr ? usual : std::strtoull(asked, nullptr, 10);
}

/// What exports are mostly made of: words, hex ids, titles, prices, counts, dates.
inline Cell typical_cell(std::mt19937& random) {
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
        return dx::TimePoint(std::chrono::milliseconds(static_cast<std::int64_t>(random() * 1000 + random() % 3)));
    }
}

struct RandomFile {
    std::vector<std::string> names;
    Rows rows;
};

inline RandomFile random_file(std::mt19937& random) {
    RandomFile file;
    for (auto count = 1 + random() % 5; count > 0; --count) {
        file.names.push_back(random_text(random) + std::to_string(count));
    }
    for (auto count = random() % 30; count > 0; --count) {
        Row row;
        for (std::size_t i = 0; i < file.names.size(); ++i) {
            row.push_back(random_cell(random));
        }
        file.rows.push_back(std::move(row));
    }
    return file;
}

/// One member or none, such as `"nul": "strip",`.
inline std::string random_member(std::mt19937& random, std::string_view name, const std::vector<std::string>& values) {
    const auto pick = random() % (values.size() + 1);
    return pick == values.size() ? "" : '"' + std::string(name) + "\": " + values[pick] + ',';
}

inline std::string random_csv_dialect(std::mt19937& random) {
    static const std::vector<std::string> delimiters{"", R"("delimiter": ";",)", R"("delimiter": "\t",)",
                                                     R"("delimiter": "|",)"};
    const auto& delimiter = delimiters[random() % delimiters.size()];
    return '{' + delimiter + (delimiter.empty() ? "" : random_member(random, "decimal_comma", {"true"})) +
           random_member(random, "preset", {R"("excel")"}) + random_member(random, "eol", {R"("\n")"}) +
           random_member(random, "quote", {R"("all")", R"("strings")"}) +
           random_member(random, "null_token", {R"("NULL")", R"("\\N")", R"("'=")"}) +
           random_member(random, "header", {"false"}) + random_member(random, "bom", {"true"}) +
           random_member(random, "nul", {R"("strip")"}) + random_member(random, "non_finite", {R"("text")"}) +
           random_member(random, "bytes", {R"("hex")"}) + random_member(random, "numeric_text", {R"("strict")"}) +
           random_member(random, "formula_guard", {R"("escape")"}) + R"("invalid_utf8": "replace"})";
}

inline std::string random_jsonl_dialect(std::mt19937& random) {
    return '{' + random_member(random, "int64_as_string", {"true"}) + random_member(random, "omit_null", {"true"}) +
           random_member(random, "decimal", {R"("number")"}) + random_member(random, "non_finite", {R"("text")"}) +
           random_member(random, "bytes", {R"("hex")"}) + R"("invalid_utf8": "replace"})";
}

/// Writes the file in batches of random size, now and then with a new writer that resumes.
inline Written write_in_pieces(dx::ExportFormat format, const RandomFile& file, std::string_view dialect,
                               std::mt19937& random) {
    auto writer = make_writer(format, file.names, dialect);
    writer->begin();
    Written written;
    for (const auto& row : file.rows) {
        writer->set_output_limit(random() % 200);
        const bool more = put(*writer, row);
        if (more && random() % 3 != 0) continue;
        written.bytes += writer->output();
        writer->clear_output();
        if (random() % 3 == 0) {
            auto next = make_writer(format, file.names, dialect);
            next->resume(writer->rows(), writer->warnings());
            writer = std::move(next);
        }
    }
    written.bytes += writer->output();
    written.warnings = writer->warnings();
    return written;
}

} // namespace format_tests
