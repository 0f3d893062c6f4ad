#include <dataexport/http/send_file.hpp>

#include <dataexport/filesystem/file_store.hpp>

#include <doctest/doctest.h>

#include "filesystem/temporary_folder.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

using namespace dataexport;

namespace {

constexpr ExportId id{7};
constexpr std::size_t size = 3 * 1024 * 1024 + 5;

/// A published file, and a pair of sockets, of which the first does not block.
struct SendFileFixture {
    TemporaryFolder folder;
    std::unique_ptr<FileStore> store =
        open_filesystem_file_store({.root = (folder.path() / "files").string(), .sync = false}).value();
    std::array<int, 2> sockets{};

    SendFileFixture() {
        const PartId part{id, FencingToken{1}};
        store->open_part(part, 0).value();
        store->append(part, std::string(size, 'x')).value();
        store->publish(part, size).value();
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()) == 0);
        ::fcntl(sockets[0], F_SETFL, O_NONBLOCK);
    }
    ~SendFileFixture() {
        ::close(sockets[0]);
        if (sockets[1] >= 0) ::close(sockets[1]);
    }

    OpenBody body() const { return OpenBody::open(*store, {id, 0, size}).value(); }
};

} // namespace

TEST_CASE_FIXTURE(SendFileFixture, "send_file sends what the socket takes, and then nothing") {
    auto open = body();
    std::uint64_t received = 0;
    std::vector<char> buffer(65536);
    while (open.left() > 0) {
        const auto before = open.left();
        const auto sent = http::send_file(sockets[0], open).value();
        CHECK(open.left() == before - sent);
        if (sent == 0) received += static_cast<std::uint64_t>(::read(sockets[1], buffer.data(), buffer.size()));
    }
    ::shutdown(sockets[0], SHUT_WR);
    for (ssize_t got = 1; got > 0; received += static_cast<std::uint64_t>(got)) {
        got = ::read(sockets[1], buffer.data(), buffer.size());
    }
    CHECK(received == size);
}

TEST_CASE_FIXTURE(SendFileFixture, "send_file survives a client that has gone, and leaves no signal behind") {
    auto open = body();
    ::close(std::exchange(sockets[1], -1));
    CHECK(http::send_file(sockets[0], open).error().code == Errc::unavailable);
    CHECK(open.left() == size);
    sigset_t pending;
    ::sigpending(&pending);
    CHECK(::sigismember(&pending, SIGPIPE) == 0);
    sigset_t blocked;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    CHECK(::sigismember(&blocked, SIGPIPE) == 0);
}

TEST_CASE_FIXTURE(SendFileFixture, "send_file says that a file has become shorter") {
    auto open = body();
    const auto path = "/proc/self/fd/" + std::to_string(*open.descriptor());
    REQUIRE(::truncate(path.c_str(), 0) == 0);
    CHECK(http::send_file(sockets[0], open).error().code == Errc::corrupt);
}
