#include <dataexport/assembly/part_output.hpp>

#include "support/unpack.hpp"

#include <dataexport/deflate/gzip_compressor.hpp>
#include <dataexport/memory/memory_digest.hpp>
#include <dataexport/memory/memory_file_store.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace dataexport;
using Upto = PartOutput::Upto;

namespace {

constexpr std::size_t rows = 80;
constexpr std::size_t row_bytes = 100'003; // so that no row ends with a member

std::string row(std::size_t number) {
    std::string text = std::to_string(number) + ',';
    while (text.size() < row_bytes) {
        text += std::to_string(text.size() * (number + 7));
    }
    text.resize(row_bytes);
    return text;
}

std::string all_rows() {
    std::string text;
    for (std::size_t number = 0; number < rows; ++number) {
        text += row(number);
    }
    return text;
}

/// A part of an export, which one worker after the other fills.
struct Part {
    std::size_t threads;
    PartId id{ExportId{1}, FencingToken{1}};
    MemoryFileStore files{};
    MemoryDigest digest{};
    std::unique_ptr<Compressor> gzip = make_gzip_compressor();

    /// Puts the rows behind a checkpoint, until `each(output, rows so far)` says false.
    template <class Each>
    void fill(const Checkpoint& from, Each each) {
        PartOutput output(files, digest, id, gzip.get(), threads);
        REQUIRE(files.open_part(id, from.bytes).has_value());
        REQUIRE(output.resume(from).has_value());
        for (auto number = static_cast<std::size_t>(from.rows); number < rows; ++number) {
            REQUIRE(output.put(row(number), {std::to_string(number + 1), number + 1, {}}).has_value());
            if (!each(output, number + 1)) return;
        }
    }

    std::string publish(const Checkpoint& checkpoint) {
        REQUIRE(files.publish(id, checkpoint.bytes).has_value());
        std::string file(checkpoint.bytes, 0);
        REQUIRE(files.read(id.export_id, 0, file).value() == file.size());
        return file;
    }
};

/// The whole file by workers of whom each is killed some rows after its last checkpoint.
std::string make(std::size_t threads, Upto upto, std::size_t rows_to_a_checkpoint, std::size_t rows_to_a_kill) {
    Part part{threads};
    Checkpoint checkpoint;
    while (!checkpoint.complete) {
        const auto first = checkpoint.rows;
        part.fill(checkpoint, [&](PartOutput& output, std::size_t done) {
            const bool last = done == rows;
            if (last || done % rows_to_a_checkpoint == 0) checkpoint = output.sync(last ? Upto::end : upto).value();
            return last || done < first + rows_to_a_kill;
        });
    }
    CHECK(checkpoint.rows == rows);
    CHECK(checkpoint.ahead == 0);
    return part.publish(checkpoint);
}

} // namespace

TEST_CASE("PartOutput: a compressed part is the same file, whenever it was synced and given up") {
    const auto file = make(0, Upto::members, rows, rows);
    CHECK(unpack_gzip(file) == all_rows());
    for (const std::size_t threads : {0U, 2U}) {
        for (const auto upto : {Upto::part, Upto::members}) {
            CAPTURE(threads);
            CHECK(make(threads, upto, 1, rows) == file);
            CHECK(make(threads, upto, 7, rows) == file);
            // By then some of what a worker made itself is in a checkpoint, whatever waits to be compressed.
            CHECK(make(threads, upto, 5, 64) == file);
            CHECK(make(threads, upto, 11, 63) == file);
        }
    }
}

TEST_CASE("PartOutput: a checkpoint waits for compression only if it is told to") {
    Part part{2};
    part.fill({}, [&](PartOutput& output, std::size_t done) {
        if (done < 12) return true;
        // The first member is full and not yet in the part.
        const auto text = done * row_bytes;
        CHECK(output.text() == text);
        CHECK(output.ready() == 0);
        const auto now = output.sync(Upto::part).value();
        CHECK(now.bytes == 0);
        CHECK(now.rows == 0);
        CHECK(now.ahead == 0);
        CHECK(output.pending() == text);

        const auto waited = output.sync(Upto::members).value();
        CHECK(waited.bytes > 0);
        CHECK(waited.rows == 10);
        CHECK(waited.cursor == "10");
        CHECK(waited.text == 10 * row_bytes);
        CHECK(waited.ahead == PartOutput::member_bytes - waited.text);
        CHECK_FALSE(waited.complete);
        CHECK(output.pending() == text - PartOutput::member_bytes);
        CHECK(output.ready() == 0);
        return false;
    });
}

TEST_CASE("PartOutput without compression has everything in the part at once") {
    Part part{2};
    part.gzip.reset();
    part.fill({}, [&](PartOutput& output, std::size_t done) {
        CHECK(output.ready() == row_bytes);
        CHECK(output.pending() == row_bytes);
        const auto checkpoint = output.sync(Upto::part).value();
        CHECK(checkpoint.bytes == done * row_bytes);
        CHECK(checkpoint.rows == done);
        return done < 3;
    });
}
