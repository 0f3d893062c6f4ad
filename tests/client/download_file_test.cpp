#include <dataexport/client/download_file.hpp>

#include "client/download_world.hpp"
#include "filesystem/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/stat.h>

using namespace client_test;
using client::open_download_file;

namespace {

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::filesystem::path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
}

std::unique_ptr<client::DownloadTarget> open(const std::filesystem::path& path) {
    auto file = open_download_file(path.string());
    REQUIRE_MESSAGE(file.has_value(), file.error().detail);
    return *std::move(file);
}

} // namespace

TEST_CASE("A download is a part with its entity tag until all of it is there, then the file alone") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "a.csv";
    const std::string content(300'000, 'x');
    World world(content);
    world.server.cuts = {1000};
    write(path, "what was there before");
    {
        const auto target = open(path);
        const client::DownloadOptions once{.retry = client::Retry::never};
        CHECK(!world.get(*target, "", once).has_value());
    }
    CHECK(content_of(path) == "what was there before");
    CHECK(content_of(path.string() + ".part") == content.substr(0, 1000));
    CHECK(content_of(path.string() + ".part.etag") == "\"one\"");

    const auto target = open(path);
    const auto got = world.get(*target, world.checksum(content));
    REQUIRE(got.has_value());
    CHECK(got->kept == 1000);
    CHECK(world.server.sent == content.size());
    CHECK(content_of(path) == content);
    struct stat status {};
    CHECK(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("A part without a tag, or with that of another version, is not added to") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "a.csv";
    for (const auto* etag : {"", "\"zero\"", "\"on"}) {
        CAPTURE(etag);
        write(path.string() + ".part", "rubbish of some length");
        write(path.string() + ".part.etag", etag);
        World world("short");
        const auto target = open(path);
        CHECK(world.get(*target, world.checksum("short")).has_value());
        CHECK(content_of(path) == "short");
    }
}

TEST_CASE("A part belongs to one download at a time, and is a file of its own") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "a.csv";
    const auto error_of = [](const std::filesystem::path& of) {
        const auto file = open_download_file(of.string());
        REQUIRE(!file.has_value());
        return file.error().code;
    };
    {
        const auto target = open(path);
        CHECK(error_of(path) == Errc::busy);
        CHECK(open(folder.path() / "b.csv") != nullptr);
    }
    CHECK(open(path) != nullptr);

    write(folder.path() / "precious", "precious");
    std::filesystem::create_symlink(folder.path() / "precious", folder.path() / "c.csv.part");
    std::filesystem::create_directory(folder.path() / "d.csv.part");
    std::filesystem::create_directory(folder.path() / "e.csv");
    for (const auto* name : {"c.csv", "d.csv", "e.csv", "no/such/folder.csv", ""}) {
        CAPTURE(name);
        CHECK(error_of(folder.path() / name) == Errc::invalid_configuration);
    }
    CHECK(content_of(folder.path() / "precious") == "precious");
}

TEST_CASE("read_file_content gives size and hash of a file") {
    const TemporaryFolder folder;
    const MemoryDigest digest;
    const std::string content(600'000, 'y');
    write(folder.path() / "a", content);
    const auto read = client::read_file_content((folder.path() / "a").string(), digest);
    REQUIRE(read.has_value());
    CHECK(*read == client::FileContent{content.size(), to_hex(sha256(digest, content))});
    CHECK(client::read_file_content((folder.path() / "b").string(), digest).error().code == Errc::not_found);
    CHECK(client::read_file_content(folder.path().string(), digest).error().code == Errc::corrupt);
}
