#include <dataexport/assembly/download_assembler.hpp>

#include "reliability/consistent.hpp"

#include <doctest/doctest.h>

using namespace reliability;

TEST_CASE("What an export holds before it stores it is a chunk and a row, however large its batches and its file are") {
    for (const std::size_t chunk : {100U, 1000U}) {
        for (const std::size_t batch : {1U, 10U, 1'000'000U}) {
            CAPTURE(chunk);
            CAPTURE(batch);
            Shop shop;
            shop.counting.rows = 3000;
            shop.work_options.limits.chunk_bytes = chunk;
            shop.work_options.limits.batch_rows = batch;
            const auto id = shop.created().id;
            const auto now = shop.clock.now();
            auto claim = shop.exports->claim(now, now + std::chrono::hours{1}).value().value();
            DownloadAssembler assembler(shop.assembly_ports(), std::move(claim), shop.work_options.limits);
            const std::size_t longest_row = std::string_view("3000,row 3000\r\n").size();
            std::uint64_t stored = 0;
            std::uint64_t most = 0;
            while (shop.find(id).live()) {
                REQUIRE(assembler.step().has_value());
                const auto bytes = shop.find(id).bytes;
                most = std::max(most, bytes - stored);
                stored = bytes;
            }
            CHECK(most >= chunk);
            CHECK(most < chunk + longest_row * std::min<std::size_t>(batch, 10));
            CHECK(shop.file(id) == counting_csv(3000));
        }
    }
}
