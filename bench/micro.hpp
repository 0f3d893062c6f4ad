/// @file
/// The subjects of the verb micro: each adds the pieces of work that it is measured by.
#pragma once

#include "medians.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace bench {

/// Checking a request, and refusing one that was made to be slow. `parse_json` reads the JSON of the same request.
void add_request_pieces(Medians& medians);

/// Writing rows of one kind of cell each, as CSV and as JSONL, through the type of the writer.
void add_writer_pieces(Medians& medians);
/// How many cells each piece of `add_writer_pieces` writes.
inline constexpr std::uint64_t cells_written = 8192;

/// The calls of export stores that hold so many records: in memory, and in SQLite with and without waiting for the
/// disk.
void add_store_pieces(Medians& medians, const std::vector<std::uint64_t>& sizes);
/// The stores and calls by their names; a piece is named `<store>_<call>_<size>`.
[[nodiscard]] const std::vector<std::string>& measured_stores();
[[nodiscard]] std::vector<std::string> measured_calls();

/// Adds `work`, which returns whether it did what is measured, and makes `bytes`.
template <class Work>
void measure(Medians& medians, std::string name, Work work, std::uint64_t bytes = 0) {
    const auto loop = [work = std::move(work)](benchmark::State& state) {
        for ([[maybe_unused]] auto _ : state) {
            bool done = work();
            benchmark::DoNotOptimize(done);
            if (!done) {
                state.SkipWithError("it did something else");
                break;
            }
        }
    };
    medians.add(std::move(name), loop, bytes);
}

} // namespace bench
