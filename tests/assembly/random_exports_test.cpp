#include <dataexport/assembly/worker.hpp>

#include "filesystem/temporary_folder.hpp"
#include "format/random_rows.hpp"
#include "support/unpack.hpp"
#include "support/workshop.hpp"

#include <dataexport/deflate/gzip_compressor.hpp>
#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/format/dispatch.hpp>
#include <dataexport/format/make_writer.hpp>
#include <dataexport/testing/failing_file_store.hpp>
#include <dataexport/testing/failing_row_source.hpp>

#include <doctest/doctest.h>

#include <charconv>
#include <limits>
#include <tuple>
#include <utility>

using namespace dataexport;
using support::Workshop;

namespace {

/// Rows of random cells of every kind; a number of a row always gives the same row.
class RandomSource final : public RowSource {
public:
    explicit RandomSource(std::uint64_t rows) : rows_(rows) {}

    std::span<const Column> columns() const override { return columns_; }

    Result<void> start(std::string_view position) override {
        next_ = 0;
        end_ = rows_;
        if (!position.empty()) std::tie(next_, end_) = numbers_of(position);
        return ok();
    }

    Result<Fetched> fetch(std::size_t max_rows, CellSink& sink) override {
        Fetched fetched;
        dispatch(sink, [&](auto& direct) {
            for (bool more = true; more && fetched.rows < max_rows && next_ < end_; ++fetched.rows) {
                more = format_tests::put(direct, row(next_++));
            }
        });
        fetched.end = next_ == end_;
        return fetched;
    }

    std::string position() const override { return text_of(next_, end_); }

    Result<std::optional<RowSlice>> slice(std::string_view position, std::uint64_t keys) override {
        const auto [next, end] = numbers_of(position);
        if (next == end) return std::optional<RowSlice>();
        const auto last = keys < end - next ? next + keys : end;
        return std::optional(RowSlice{text_of(next, last), text_of(last, end)});
    }

private:
    format_tests::Row row(std::uint64_t number) const {
        std::mt19937 random(static_cast<unsigned>(number));
        format_tests::Row cells;
        while (cells.size() < columns_.size()) {
            cells.push_back(random() % 2 == 0 ? format_tests::typical_cell(random) : format_tests::random_cell(random));
        }
        return cells;
    }
    static std::string text_of(std::uint64_t next, std::uint64_t end) {
        return std::to_string(next) + '/' + std::to_string(end);
    }
    static std::pair<std::uint64_t, std::uint64_t> numbers_of(std::string_view position) {
        std::pair<std::uint64_t, std::uint64_t> numbers;
        const auto slash = position.find('/');
        std::from_chars(position.data(), position.data() + slash, numbers.first);
        std::from_chars(position.data() + slash + 1, position.data() + position.size(), numbers.second);
        return numbers;
    }

    std::uint64_t rows_;
    std::uint64_t next_ = 0;
    std::uint64_t end_ = 0;
    std::vector<Column> columns_ = format_tests::text_columns({"a", "b", "c", "d", "e", "f"});
};

/// What is written where nothing can go wrong: by one writer at once.
std::string written_at_once(ExportFormat format, std::uint64_t rows) {
    RandomSource source(rows);
    const auto writer = make_row_writer(format, source.columns(), {}).value();
    writer->begin();
    writer->set_output_limit(std::numeric_limits<std::size_t>::max());
    REQUIRE(source.start({}).has_value());
    REQUIRE(source.fetch(rows, *writer).value().end);
    REQUIRE(!writer->failure());
    return std::string(writer->output());
}

struct Way {
    std::size_t readers = 0;
    Compression compression = Compression::none;
    std::size_t failing_call = 0;
};

/// @return the file, unpacked.
std::string exported(ExportFormat format, std::uint64_t rows, const Way& way) {
    const TemporaryFolder folder;
    const auto disk = open_filesystem_file_store({folder.path().string(), true}).value();
    const auto gzip = make_gzip_compressor();
    auto fault = std::make_shared<testing::FaultPlan>(way.failing_call, Error{Errc::unavailable, "planned"});
    testing::FailingFileStore files(*disk, fault);
    Workshop shop;
    ExportKind kind;
    kind.name = "Random";
    kind.number = 101;
    kind.open = [&](const ExportedData&) -> Result<std::unique_ptr<RowSource>> {
        return std::make_unique<testing::FailingRowSource>(std::make_unique<RandomSource>(rows), fault);
    };
    shop.kinds.add(kind);
    auto record = shop.record();
    record.query_type = kind.name;
    record.format = format;
    record.compression = way.compression;
    static_cast<void>(shop.request(record));
    shop.options.limits.readers = way.readers;
    shop.options.limits.batch_rows = 1000;
    shop.options.limits.chunk_bytes = 1 << 20;
    auto ports = AssemblyPorts{shop.store, files, shop.kinds, shop.digest, shop.clock, shop.telemetry, {}};
    ports.compressors = {gzip.get()};
    for (int attempt = 0; attempt < 3 && shop.status() == ExportStatus::early; ++attempt) {
        Worker worker(ports, shop.notifier, shop.clock, shop.options);
        REQUIRE(worker.run_until_idle().has_value());
        shop.clock.advance(std::chrono::hours{1});
    }
    REQUIRE(shop.find().file.has_value());
    CHECK(fault->fired() == (way.failing_call != 0));
    auto file = support::published(*disk, shop.find().id);
    return way.compression == Compression::gzip ? unpack_gzip(file).value() : file;
}

} // namespace

TEST_CASE("Random rows become the same bytes by every path: threads or none, compressed or not, resumed or not") {
    const auto rows = format_tests::rows_to_write(30'000);
    for (const auto format : {ExportFormat::csv, ExportFormat::jsonl}) {
        CAPTURE(to_string(format));
        const auto expected = written_at_once(format, rows);
        for (const Way& way : {Way{0, Compression::none, 0}, Way{1, Compression::none, 0}, Way{2, Compression::none, 0},
                               Way{4, Compression::none, 0}, Way{2, Compression::gzip, 0}, Way{0, Compression::none, 9},
                               Way{2, Compression::none, 11}, Way{2, Compression::gzip, 13}}) {
            CAPTURE(way.readers);
            CAPTURE(way.failing_call);
            CHECK((exported(format, rows, way) == expected)); // Too long to be shown.
        }
    }
}
