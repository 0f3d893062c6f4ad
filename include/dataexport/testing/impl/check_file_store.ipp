#pragma once

#include <dataexport/testing/check_file_store.hpp>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

namespace detail::check_file_store {

inline constexpr ExportId id{7340034};
inline constexpr PartId first{id, FencingToken{1}};
inline constexpr PartId second{id, FencingToken{2}};
inline constexpr PartId third{id, FencingToken{10}};

inline bool failed(const auto& result, Errc code) { return !result && result.error().code == code; }

/// Opens an empty part and appends `bytes`.
inline bool write(FileStore& store, PartId part, std::string_view bytes) {
    return store.open_part(part, 0) && store.append(part, bytes) && store.sync(part);
}

/// Ends a part that has `length` bytes then.
inline bool append_and_publish(FileStore& store, PartId part, std::string_view bytes, std::uint64_t length) {
    return store.append(part, bytes) && store.sync(part) && store.publish(part, length);
}

inline bool write_and_publish(FileStore& store, PartId part, std::string_view bytes) {
    return store.open_part(part, 0) && append_and_publish(store, part, bytes, bytes.size());
}

/// Everything that is published, read in pieces of `step` bytes; the error's name if there is none.
inline std::string contents(FileStore& store, ExportId file, std::size_t step = 4) {
    std::string bytes;
    std::vector<char> buffer(step);
    for (;;) {
        const auto count = store.read(file, bytes.size(), buffer);
        if (!count) return std::string(to_string(count.error().code));
        if (*count == 0) return bytes;
        bytes.append(buffer.data(), *count);
    }
}

inline void check_nothing_there(Report& report, FileStore& store) {
    std::array<char, 4> buffer{};
    report.expect(failed(store.size(id), Errc::not_found), "size of an unknown file is not_found");
    report.expect(failed(store.read(id, 0, buffer), Errc::not_found), "read of an unknown file is not_found");
    report.expect(store.remove(id).has_value(), "remove of nothing is success");
    report.expect(store.discard_part(first).has_value(), "discard_part of nothing is success");
    store.close_part(first);
    report.expect(!store.native(id), "native of an unknown file is nothing");
    report.expect(failed(store.append(first, "x"), Errc::lease_lost),
                  "append to a part that is not open is lease_lost");
    report.expect(failed(store.publish(first, 0), Errc::lease_lost), "publish of nothing is lease_lost");
    report.expect(failed(store.open_part(first, 1), Errc::corrupt), "open_part beyond what there is is corrupt");
}

inline void check_writing(Report& report, FileStore& store) {
    std::string every_byte;
    for (int byte = 0; byte < 256; ++byte) {
        every_byte += static_cast<char>(byte);
    }
    report.expect(store.open_part(first, 0).has_value(), "open_part makes an empty part");
    report.expect(store.append(first, every_byte).has_value(), "append takes any bytes");
    report.expect(store.append(first, "").has_value(), "append takes no bytes");
    report.expect(store.append(first, "end").has_value(), "append continues after what was appended");
    const auto durable = store.sync(first);
    report.expect(durable && *durable == 259, "sync gives the durable length");
    report.expect(failed(store.size(id), Errc::not_found), "a part is not visible");
    report.expect(failed(store.publish(first, 258), Errc::corrupt), "publish with another length is corrupt");
    report.expect(failed(store.size(id), Errc::not_found), "a refused publish makes nothing visible");
    report.expect(store.publish(first, 259).has_value(), "publish makes the part the published file");
    report.expect(contents(store, id, 64) == every_byte + "end", "read gives what was appended");
    report.expect(store.publish(first, 259).has_value(), "publish of what is published succeeds");
    report.expect(!store.publish(first, 258), "publish of what is published with another length fails");
    report.expect(failed(store.append(first, "x"), Errc::lease_lost), "append to a published part is lease_lost");
    report.expect(store.open_part(second, 0) && failed(store.publish(first, 259), Errc::lease_lost),
                  "publish of what is published is lease_lost once another fence holds a part");
    report.expect(write_and_publish(store, second, "new"), "a published file can be replaced");
    report.expect(contents(store, id) == "new", "publish replaces all of an earlier file");
    const std::string large(1'500'000, 'x');
    report.expect(write_and_publish(store, third, large) && contents(store, id, 1 << 16) == large, "large appends");
    const ExportId empty{5};
    report.expect(write_and_publish(store, {empty, FencingToken{1}}, "") && contents(store, empty).empty(),
                  "an empty file can be published");
}

inline void check_reading(Report& report, FileStore& store) {
    report.expect(write_and_publish(store, first, "0123456789"), "a file of ten bytes");
    const auto size = store.size(id);
    report.expect(size && *size == 10, "size is the length of the published file");
    const auto read = [&](std::uint64_t offset, std::size_t length) {
        std::vector<char> buffer(length);
        const auto count = store.read(id, offset, buffer);
        return count ? std::string(buffer.data(), *count) : std::string("error");
    };
    report.expect(read(0, 1) == "0", "read from the start");
    report.expect(read(9, 100) == "9", "read up to the end");
    report.expect(read(10, 4).empty(), "read at the end gives 0");
    report.expect(read(11, 4).empty(), "read behind the end gives 0");
    report.expect(read(~std::uint64_t{0}, 4).empty(), "read at the largest offset gives 0");
    if (const auto native = store.native(id)) {
        std::array<char, 4> buffer{};
        report.expect(native->size == 10, "native tells the size");
        report.expect(store.remove(id).has_value(), "remove while the native file is open");
        report.expect(::pread(native->descriptor, buffer.data(), 4, 3) == 4 &&
                          std::string_view(buffer.data(), 4) == "3456",
                      "the native file can be read to its end though it was removed");
        ::close(native->descriptor);
    }
}

inline void check_cutting_back(Report& report, FileStore& store) {
    report.expect(write(store, first, "0123456789tail"), "a part of fourteen bytes");
    report.expect(store.open_part(first, 10).has_value(), "the same fence can open its part again");
    report.expect(append_and_publish(store, first, "x", 11), "and continues there");
    report.expect(contents(store, id) == "0123456789x", "open_part cuts the part back");

    report.expect(write(store, second, "abcdef"), "another part");
    report.expect(failed(store.open_part(second, 12), Errc::corrupt),
                  "open_part with more bytes than there are is corrupt");
    report.expect(store.open_part(second, 6).has_value(), "a refused open_part loses no bytes");
    report.expect(store.open_part(second, 0) && append_and_publish(store, second, "z", 1) && contents(store, id) == "z",
                  "open_part with length 0 makes an empty part");
    report.expect(store.open_part(third, 1) && append_and_publish(store, third, "y", 2) && contents(store, id) == "zy",
                  "a part that was published can be continued");
    report.expect(failed(store.open_part({ExportId{9}, FencingToken{1}}, 1), Errc::corrupt),
                  "open_part of nothing with a length is corrupt");
}

/// @param alive whether the first worker still has its part open.
inline void check_takeover(Report& report, FileStore& store, bool alive) {
    const std::string how = alive ? " (old worker alive)" : " (old worker gone)";
    const auto expect = [&](bool kept, const char* clause) { report.expect(kept, clause + how); };
    expect(write(store, first, "0123456789tail") && store.sync(first), "the first worker writes");
    if (!alive) store.close_part(first);
    expect(store.open_part(second, 10).has_value(), "a larger fence takes the part over");
    expect(failed(store.append(first, "stale"), Errc::lease_lost), "append of the smaller fence is lease_lost");
    expect(failed(store.sync(first), Errc::lease_lost), "sync of the smaller fence is lease_lost");
    expect(failed(store.publish(first, 14), Errc::lease_lost), "publish of the smaller fence is lease_lost");
    expect(failed(store.open_part(first, 0), Errc::lease_lost), "open_part of the smaller fence is lease_lost");
    expect(failed(store.open_part(first, 10), Errc::lease_lost), "even with the right length");
    expect(store.append(second, "AB").has_value(), "the larger fence appends");
    expect(store.discard_part(first).has_value(), "discard_part of the smaller fence is success");
    store.close_part(first);
    const auto length = store.sync(second);
    expect(length && *length == 12, "what the smaller fence does changes nothing");
    store.close_part(second);
    expect(failed(store.open_part(first, 10), Errc::lease_lost), "also when the larger fence has let go of it");
    expect(store.open_part(second, 12).has_value(), "the larger fence can open its part again");
    expect(store.open_part(third, 11).has_value(), "the part can be taken over again");
    expect(failed(store.publish(second, 12), Errc::lease_lost), "then the second worker is the stale one");
    expect(append_and_publish(store, third, "C", 12), "the last worker publishes");
    if (alive) expect(failed(store.publish(second, 12), Errc::lease_lost), "a stale worker cannot publish afterwards");
    expect(failed(store.append(second, "x"), Errc::lease_lost), "nor append");
    expect(contents(store, id) == "0123456789AC", "the file holds the bytes of the holders alone");
}

inline void check_removal(Report& report, FileStore& store) {
    const PartId other{ExportId{7340035}, FencingToken{1}};
    report.expect(write_and_publish(store, other, "other"), "another export");
    report.expect(write(store, first, "abc") && store.discard_part(first), "discard_part removes the part");
    report.expect(failed(store.append(first, "d"), Errc::lease_lost), "a discarded part takes nothing");
    report.expect(failed(store.open_part(second, 3), Errc::corrupt), "a discarded part is gone");
    report.expect(write_and_publish(store, second, "abc") && write(store, third, "abcd"), "a file and a part");
    report.expect(store.remove(id).has_value(), "remove takes everything of an export");
    report.expect(failed(store.size(id), Errc::not_found), "a removed file is not_found");
    report.expect(failed(store.append(third, "e"), Errc::lease_lost), "the part of a removed export is lease_lost");
    report.expect(!store.publish(third, 4) && failed(store.size(id), Errc::not_found), "and cannot be published");
    report.expect(contents(store, other.export_id) == "other", "remove leaves other exports alone");
    report.expect(write_and_publish(store, first, "again") && contents(store, id) == "again",
                  "a removed export can be written again");
}

inline void check_scanning(Report& report, FileStore& store) {
    const auto is = [&](std::optional<ExportId> after, std::size_t exports, const std::vector<StoredFile>& wanted,
                        const char* clause) {
        const auto found = store.scan(after, exports);
        report.expect(found && *found == wanted, clause);
    };
    is(std::nullopt, 10, {}, "scan of an empty store gives nothing");
    const ExportId small{3};
    const ExportId large{7340035 + 256};
    const StoredFile published{small, std::nullopt, 5};
    const StoredFile file{id, std::nullopt, 3};
    const StoredFile part{id, second.fence, 4};
    const StoredFile other{large, third.fence, 2};
    report.expect(write_and_publish(store, first, "abc") && write(store, second, "abcd") && store.sync(second) &&
                      write(store, {large, third.fence}, "xy") && store.sync({large, third.fence}) &&
                      write_and_publish(store, {small, first.fence}, "12345"),
                  "two files and two parts");
    is(std::nullopt, 10, {published, file, part, other},
       "scan gives files and parts with their sizes, by rising id, the file of an export before its part");
    is(std::nullopt, 2, {published, file, part}, "scan gives all of an export, and no more exports than asked for");
    is(small, 1, {file, part}, "scan continues after an id");
    is(ExportId{small.value + 1}, 1, {file, part}, "which need not be there");
    is(id, 10, {other}, "scan gives a part whose export has no file");
    is(large, 10, {}, "scan ends after the largest id");
    store.close_part(second);
    is(small, 1, {file, part}, "a part that nobody holds open is there still");
    report.expect(store.open_part({id, third.fence}, 2).has_value(), "the part is taken over");
    is(small, 1, {file, {id, third.fence, 2}}, "a part that was taken over has the new fence");
    report.expect(store.publish({id, third.fence}, 2).has_value(), "and published");
    is(small, 1, {{id, std::nullopt, 2}}, "a part that was published is the file");
    report.expect(store.discard_part({large, third.fence}) && store.remove(id), "a part and a file go");
    is(std::nullopt, 10, {published}, "what is gone is not found");
}

/// What several threads find is collected by each and joined afterwards: a `Report` belongs to one thread.
inline void check_threads(Report& report, FileStore& store) {
    constexpr std::size_t count = 4;
    std::array<bool, count> wrote{};
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < count; ++i) {
        threads.emplace_back([&, i] {
            const PartId part{ExportId{static_cast<std::int64_t>(100 + i)}, FencingToken{1}};
            const std::string line(100, static_cast<char>('a' + i));
            bool good = store.open_part(part, 0).has_value();
            std::string all;
            for (int row = 0; good && row < 50; ++row) {
                good = store.append(part, line) && (row % 10 != 0 || store.sync(part));
                all += line;
            }
            wrote[i] = good && store.publish(part, all.size()) && contents(store, part.export_id, 333) == all;
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    for (const bool good : wrote) {
        report.expect(good, "different exports can be written at the same time");
    }

    const std::string all(50'000, 'r');
    std::array<bool, count> read{};
    report.expect(write_and_publish(store, first, all), "a file for many readers");
    threads.clear();
    for (std::size_t i = 0; i < count; ++i) {
        threads.emplace_back([&, i] {
            read[i] = true;
            for (int round = 0; round < 20; ++round) {
                std::array<char, 1000> buffer{};
                const auto got = store.read(id, 49'000, buffer);
                if (got ? *got != buffer.size() || buffer.back() != 'r' : got.error().code != Errc::not_found) {
                    read[i] = false;
                }
            }
        });
    }
    report.expect(store.remove(id).has_value(), "remove while others read");
    for (auto& thread : threads) {
        thread.join();
    }
    for (const bool good : read) {
        report.expect(good, "a reader gets the right bytes or not_found while the file is removed");
    }
}

} // namespace detail::check_file_store

DATAEXPORT_DECL Report check_file_store(const std::function<std::unique_ptr<FileStore>()>& make) {
    namespace checks = detail::check_file_store;
    Report report;
    checks::check_nothing_there(report, *make());
    checks::check_writing(report, *make());
    checks::check_reading(report, *make());
    checks::check_cutting_back(report, *make());
    checks::check_takeover(report, *make(), true);
    checks::check_takeover(report, *make(), false);
    checks::check_removal(report, *make());
    checks::check_scanning(report, *make());
    checks::check_threads(report, *make());
    return report;
}

} // namespace testing
DATAEXPORT_NAMESPACE_END
