#include <dataexport/api/send.hpp>

#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/memory/memory_file_store.hpp>
#include <dataexport/memory/memory_transport.hpp>
#include <dataexport/testing/failing_file_store.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "filesystem/temporary_folder.hpp"

using namespace dataexport;

namespace {

constexpr ExportId id{7};

void publish(FileStore& store, std::string_view bytes) {
    const PartId part{id, FencingToken{1}};
    REQUIRE(store.open_part(part, 0).has_value());
    REQUIRE(store.append(part, bytes).has_value());
    REQUIRE(store.publish(part, bytes.size()).has_value());
}

Response file_response(std::uint64_t offset, std::uint64_t length) {
    return {206, {{"Content-Length", std::to_string(length)}}, FileBody{id, offset, length}, false};
}

std::size_t open_descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        ++count;
    }
    return count;
}

/// Takes bytes away while they are being sent.
class ShrinkingFileStore final : public FileStore {
public:
    explicit ShrinkingFileStore(std::uint64_t really) : really_(really) {}

    Result<void> open_part(PartId, std::uint64_t) override { return ok(); }
    Result<void> append(PartId, std::string_view) override { return ok(); }
    Result<std::uint64_t> sync(PartId) override { return std::uint64_t{0}; }
    Result<void> publish(PartId, std::uint64_t) override { return ok(); }
    void close_part(PartId) noexcept override {}
    Result<void> discard_part(PartId) override { return ok(); }
    Result<std::uint64_t> size(ExportId) override { return std::uint64_t{1'000'000}; }
    Result<std::size_t> read(ExportId, std::uint64_t offset, std::span<char> buffer) override {
        if (offset >= really_) return std::size_t{0};
        return std::min(buffer.size(), static_cast<std::size_t>(really_ - offset));
    }
    Result<void> remove(ExportId) override { return ok(); }
    Result<std::vector<StoredFile>> scan(std::optional<ExportId>, std::size_t) override {
        return std::vector<StoredFile>();
    }

private:
    std::uint64_t really_;
};

} // namespace

TEST_CASE("send sends status, fields in order, and text") {
    MemoryFileStore store;
    MemoryTransport transport;
    const Response response{201, {{"Content-Length", "2"}, {"Location", "/x/"}}, std::string("{}"), false};
    REQUIRE(send(response, store, transport).has_value());
    CHECK(transport.status() == 201);
    CHECK(transport.fields() ==
          std::vector<std::pair<std::string, std::string>>{{"Content-Length", "2"}, {"Location", "/x/"}});
    CHECK(transport.body() == "{}");
}

TEST_CASE("H13: send leaves the body out when only the head is wanted") {
    MemoryFileStore store;
    publish(store, "0123456789");
    for (auto response : {Response{200, {{"Content-Length", "2"}}, std::string("{}"), false}, file_response(0, 10)}) {
        MemoryTransport transport;
        response.head_only = true;
        REQUIRE(send(response, store, transport).has_value());
        CHECK(transport.status() == response.status);
        CHECK(transport.fields().size() == 1);
        CHECK(transport.body().empty());
    }
}

TEST_CASE("send sends the wanted slice of a file in pieces") {
    MemoryFileStore store;
    std::string bytes;
    for (int i = 0; i < 700'000; ++i) {
        bytes += static_cast<char>(i % 253);
    }
    publish(store, bytes);
    struct Row {
        std::uint64_t offset, length;
    };
    for (const auto& [offset, length] :
         {Row{0, 700'000}, Row{0, 0}, Row{700'000, 0}, Row{699'999, 1}, Row{1, 262'144}, Row{5, 600'000}}) {
        MemoryTransport transport;
        REQUIRE(send(file_response(offset, length), store, transport).has_value());
        CHECK(transport.body() == bytes.substr(offset, length));
    }
}

TEST_CASE("send hands an open file to a transport that takes it, and closes it") {
    const TemporaryFolder folder;
    const auto store = open_filesystem_file_store({folder.path().string(), false}).value();
    publish(*store, "0123456789");
    const auto before = open_descriptors();
    MemoryTransport taking(true);
    REQUIRE(send(file_response(3, 4), *store, taking).has_value());
    CHECK(taking.body() == "3456");
    CHECK(taking.bytes_from_files() == 4);

    MemoryTransport refusing(false);
    REQUIRE(send(file_response(3, 4), *store, refusing).has_value());
    CHECK(refusing.body() == "3456");
    CHECK(refusing.bytes_from_files() == 0);

    MemoryTransport leaving(true);
    leaving.hang_up(2);
    CHECK_FALSE(send(file_response(3, 4), *store, leaving).has_value());
    CHECK(leaving.body() == "34");
    CHECK(open_descriptors() == before);
}

TEST_CASE("send sends nothing at all when the file is missing or too short") {
    MemoryFileStore store;
    MemoryTransport transport;
    CHECK(send(file_response(0, 10), store, transport).error().code == Errc::not_found);
    publish(store, "0123456789");
    CHECK(send(file_response(0, 11), store, transport).error().code == Errc::corrupt);
    CHECK(send(file_response(11, 0), store, transport).error().code == Errc::corrupt);
    CHECK(send(file_response(~std::uint64_t{0}, 2), store, transport).error().code == Errc::corrupt);
    CHECK(transport.status() == 0);
    CHECK(transport.body().empty());
}

TEST_CASE("send ends with an error and without padding when the file is cut or removed midway") {
    for (const std::uint64_t really : {0U, 1U, 262'144U, 262'145U, 999'999U}) {
        ShrinkingFileStore store(really);
        MemoryTransport transport;
        CHECK(send(file_response(0, 1'000'000), store, transport).error().code == Errc::corrupt);
        CHECK(transport.body().size() == really);
    }
    MemoryFileStore inner;
    publish(inner, std::string(600'000, 'x'));
    const auto plan = std::make_shared<testing::FaultPlan>(4, Error{Errc::not_found, "removed"});
    testing::FailingFileStore store(inner, plan);
    MemoryTransport transport;
    CHECK(send(file_response(0, 600'000), store, transport).error().code == Errc::not_found);
    CHECK(transport.body().size() == 2 * 262'144);
}

TEST_CASE("send stops when the client has gone") {
    MemoryFileStore store;
    publish(store, std::string(600'000, 'x'));
    for (const std::size_t room : {std::size_t{0}, std::size_t{1}, std::size_t{300'000}}) {
        MemoryTransport transport;
        transport.hang_up(room);
        CHECK(send(file_response(0, 600'000), store, transport).error().code == Errc::unavailable);
        CHECK(transport.body().size() == room);
    }
}
