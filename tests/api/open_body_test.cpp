#include <dataexport/api/open_body.hpp>

#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/memory/memory_file_store.hpp>

#include <doctest/doctest.h>

#include "filesystem/temporary_folder.hpp"

using namespace dataexport;

namespace {

constexpr ExportId id{7};

void publish(FileStore& store, std::string_view bytes) {
    const PartId part{id, FencingToken{1}};
    store.open_part(part, 0).value();
    store.append(part, bytes).value();
    store.publish(part, bytes.size()).value();
}

std::string rest_of(OpenBody& body) {
    std::string text;
    char buffer[3];
    while (body.left() > 0) {
        text.append(buffer, body.read(buffer).value());
    }
    return text;
}

void check_slices(FileStore& store, bool is_native) {
    publish(store, "0123456789");
    auto whole = OpenBody::open(store, {id, 0, 10}).value();
    CHECK(whole.descriptor().has_value() == is_native);
    CHECK(rest_of(whole) == "0123456789");
    auto slice = OpenBody::open(store, {id, 3, 5}).value();
    slice.advance(2);
    CHECK(slice.offset() == 5);
    CHECK(slice.left() == 3);
    OpenBody moved(std::move(slice));
    CHECK(rest_of(moved) == "567");
    CHECK(OpenBody::open(store, {id, 10, 0}).value().left() == 0);
    CHECK(OpenBody::open(store, {id, 3, 8}).error().code == Errc::corrupt);
    CHECK(OpenBody::open(store, {id, 11, 0}).error().code == Errc::corrupt);
    CHECK(OpenBody::open(store, {ExportId{8}, 0, 0}).error().code == Errc::not_found);
}

} // namespace

TEST_CASE("OpenBody gives a slice of a file in memory") {
    MemoryFileStore store;
    check_slices(store, false);
}

TEST_CASE("OpenBody gives a slice of a native file") {
    const TemporaryFolder folder;
    check_slices(*open_filesystem_file_store({.root = (folder.path() / "files").string()}).value(), true);
}

TEST_CASE("OpenBody keeps a native file readable after it was removed, and says when another one is gone") {
    const TemporaryFolder folder;
    const auto on_disk = open_filesystem_file_store({.root = (folder.path() / "files").string()}).value();
    MemoryFileStore in_memory;
    publish(*on_disk, "0123456789");
    publish(in_memory, "0123456789");
    auto native = OpenBody::open(*on_disk, {id, 0, 10}).value();
    auto other = OpenBody::open(in_memory, {id, 0, 10}).value();
    on_disk->remove(id).value();
    in_memory.remove(id).value();
    CHECK(rest_of(native) == "0123456789");
    char buffer[3];
    CHECK(other.read(buffer).error().code == Errc::not_found);
}
