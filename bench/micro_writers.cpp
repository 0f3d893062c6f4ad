#include "micro.hpp"

#include <dataexport/format/csv_writer.hpp>
#include <dataexport/format/jsonl_writer.hpp>

#include <memory>
#include <random>
#include <string_view>

namespace bench {

namespace {

using namespace dataexport;

constexpr std::size_t cells_of_a_row = 8;
static_assert(cells_written % cells_of_a_row == 0);

using Random = std::mt19937;

std::vector<Column> columns() {
    std::vector<Column> columns;
    for (const auto* name : {"id", "level", "title", "release", "transaction", "user.email", "duration", "timestamp"}) {
        columns.push_back({name, ColumnType::text});
    }
    return columns;
}

template <class Writer>
auto dialect();
template <>
auto dialect<CsvWriter>() {
    return CsvDialect{};
}
template <>
auto dialect<JsonlWriter>() {
    return JsonlDialect{};
}

/// Measures writing `values`, each put by `put(writer, value)`.
template <class Writer, class Value, class Put>
void measure_cells(Medians& medians, const std::string& name, const std::vector<Value>& values, Put put) {
    struct Work {
        std::vector<Value> values;
        std::shared_ptr<Writer> writer = std::make_shared<Writer>(columns(), dialect<Writer>());
        Put put;

        /// Writes every value. @return how many bytes that makes; 0 if something could not be written.
        std::uint64_t operator()() const {
            writer->set_output_limit(static_cast<std::size_t>(-1));
            std::size_t in_row = 0;
            bool good = true;
            for (const auto& value : values) {
                put(*writer, value);
                if (++in_row != cells_of_a_row) continue;
                in_row = 0;
                good = writer->end_row() && good;
            }
            const auto bytes = writer->output().size();
            writer->clear_output();
            return good ? bytes : 0;
        }
    };
    Work work{.values = values, .put = put};
    const auto bytes = work();
    measure(
        medians, name, [work = std::move(work)] { return work() != 0; }, bytes);
}

template <class Make, class Put>
void measure_kind(Medians& medians, const std::string& name, Make make, Put put) {
    Random random(20260519);
    std::vector<decltype(make(random))> values;
    for (std::uint64_t i = 0; i < cells_written; ++i) {
        values.push_back(make(random));
    }
    measure_cells<CsvWriter>(medians, "csv_" + name, values, put);
    measure_cells<JsonlWriter>(medians, "jsonl_" + name, values, put);
}

/// Text of `shortest` to `longest` bytes; about one in twenty is `special`, if that is not empty, and one at least.
std::string text_of(Random& random, std::size_t shortest, std::size_t longest, std::string_view special = "") {
    constexpr std::string_view usual = "etaoinshrdlucmfwypvbgkjqxz ETAOIN0123456789.-_/";
    const std::size_t size = shortest + random() % (longest - shortest + 1);
    std::string text = "T";
    text += special;
    while (text.size() + special.size() < size) {
        if (!special.empty() && random() % 20 == 0) {
            text += special;
        } else {
            text += usual[random() % usual.size()];
        }
    }
    return text + 'x';
}

std::string hex_of(Random& random, std::size_t size) {
    std::string text;
    while (text.size() < size) {
        text += "0123456789abcdef"[random() % 16];
    }
    return text;
}

constexpr auto put_text = [](auto& writer, const std::string& value) { writer.text(value); };

void add_text_pieces(Medians& medians) {
    const auto texts = [&](const std::string& name, std::size_t shortest, std::size_t longest,
                           std::string_view special = "") {
        measure_kind(
            medians, "text_" + name, [=](Random& random) { return text_of(random, shortest, longest, special); },
            put_text);
    };
    texts("word", 5, 10);
    measure_kind(
        medians, "text_hex", [](Random& random) { return hex_of(random, 32); }, put_text);
    texts("title", 30, 120);
    texts("title_quotes", 30, 120, "\"");
    texts("title_commas", 30, 120, ",");
    texts("title_line_ends", 30, 120, "\n");
    texts("title_non_ascii", 30, 120, "\xC3\xA9");
    texts("long", 4000, 4000);
    texts("long_non_ascii", 4000, 4000, "\xE2\x82\xAC");
}

double price_of(Random& random) { return static_cast<double>(random() % 10'000'000) / 1000; }

TimePoint time_of(Random& random) {
    return TimePoint(std::chrono::seconds(1'590'000'000) + std::chrono::microseconds(random() * std::uint64_t{9973}));
}

} // namespace

void add_writer_pieces(Medians& medians) {
    measure_kind(
        medians, "null", [](Random&) { return 0; }, [](auto& writer, int) { writer.null(); });
    measure_kind(
        medians, "boolean", [](Random& random) { return random() % 2; },
        [](auto& writer, std::uint_fast32_t value) { writer.boolean(value != 0); });
    measure_kind(
        medians, "integer", [](Random& random) { return static_cast<std::int64_t>(random() % 1'000'000); },
        [](auto& writer, std::int64_t value) { writer.integer(value); });
    measure_kind(medians, "real", price_of, [](auto& writer, double value) { writer.real(value); });
    measure_kind(
        medians, "real_17_digits", [](Random& random) { return static_cast<double>(random()) / 3; },
        [](auto& writer, double value) { writer.real(value); });
    measure_kind(
        medians, "decimal", [](Random& random) { return std::to_string(random() % 1'000'000) + ".25"; },
        [](auto& writer, const std::string& value) { writer.decimal(value); });
    add_text_pieces(medians);
    measure_kind(medians, "timestamp", time_of, [](auto& writer, TimePoint value) { writer.timestamp(value); });
    measure_kind(
        medians, "json", [](Random& random) { return "[\"" + text_of(random, 5, 20) + "\",12,{\"a\":null}]"; },
        [](auto& writer, const std::string& value) { writer.json(value); });
    measure_kind(
        medians, "bytes", [](Random& random) { return hex_of(random, 20); },
        [](auto& writer, const std::string& value) {
            writer.bytes({reinterpret_cast<const unsigned char*>(value.data()), value.size()});
        });
}

} // namespace bench
