#include <dataexport/filesystem/file_store.hpp>

#include <dataexport/api/send.hpp>
#include <dataexport/memory/memory_transport.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filesystem/temporary_folder.hpp"

using namespace dataexport;
namespace fs = std::filesystem;

namespace {

constexpr ExportId id{1234}; // Its subfolder is d2.

PartId part(std::int64_t fence, ExportId file = id) { return {file, FencingToken{fence}}; }

std::unique_ptr<FileStore> open(const fs::path& root, bool sync = false) {
    return open_filesystem_file_store({root.string(), sync}).value();
}

bool write(FileStore& store, PartId to, std::string_view bytes, std::uint64_t after = 0) {
    return store.open_part(to, after) && store.append(to, bytes) && store.sync(to);
}

std::string contents(FileStore& store, ExportId file = id) {
    const auto size = store.size(file);
    if (!size) return std::string(to_string(size.error().code));
    std::string bytes(static_cast<std::size_t>(*size) + 1, '\0');
    const auto count = store.read(file, 0, bytes);
    if (!count) return std::string(to_string(count.error().code));
    bytes.resize(*count);
    return bytes;
}

/// Every file below the folder, by its path from there.
std::set<std::string> files(const fs::path& root) {
    std::set<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (entry.is_symlink() || !entry.is_directory()) found.insert(entry.path().lexically_relative(root).string());
    }
    return found;
}

void put(const fs::path& file, std::string_view bytes) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
}

using Names = std::set<std::string>;

/// Another process that runs `work` up to where it calls `pause`, and on when it is told to.
class OtherProcess {
public:
    explicit OtherProcess(const std::function<int(const std::function<void()>& pause)>& work) {
        std::array<int, 2> from_child{};
        std::array<int, 2> to_child{};
        REQUIRE(::pipe(from_child.data()) == 0);
        REQUIRE(::pipe(to_child.data()) == 0);
        process_ = ::fork();
        if (process_ == 0) {
            ::close(to_child[1]);
            ::close(from_child[0]);
            const int status = work([&] {
                char token = 'p';
                if (::write(from_child[1], &token, 1) != 1 || ::read(to_child[0], &token, 1) != 1) ::_exit(99);
            });
            ::_exit(status);
        }
        ::close(from_child[1]);
        ::close(to_child[0]);
        paused_ = from_child[0];
        resume_ = to_child[1];
    }
    ~OtherProcess() {
        if (process_ > 0) kill();
        ::close(paused_);
        ::close(resume_);
    }
    OtherProcess(const OtherProcess&) = delete;
    OtherProcess& operator=(const OtherProcess&) = delete;

    /// Waits until it pauses. @return false if it ended instead.
    [[nodiscard]] bool wait_for_pause() const {
        char token = 0;
        return ::read(paused_, &token, 1) == 1;
    }
    void resume() const { REQUIRE(::write(resume_, "r", 1) == 1); }
    void kill() {
        ::kill(process_, SIGKILL);
        static_cast<void>(exit_status());
    }
    [[nodiscard]] int exit_status() {
        int status = 0;
        ::waitpid(std::exchange(process_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t process_ = -1;
    int paused_ = -1;
    int resume_ = -1;
};

} // namespace

TEST_CASE("S24: the name of a stored file is made of ids alone") {
    const TemporaryFolder root;
    const auto store = open(root.path() / "store");
    REQUIRE(write(*store, part(5), "abc"));
    CHECK(files(root.path()) == Names{"store/d2/1234.5.part"});
    REQUIRE(store->publish(part(5), 3).has_value());
    CHECK(files(root.path()) == Names{"store/d2/1234"});
}

TEST_CASE("S25: an id that was tampered with stays inside the folder") {
    const TemporaryFolder root;
    const auto store = open(root.path() / "store");
    for (const auto value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{INT64_MIN}, std::int64_t{INT64_MAX}}) {
        const ExportId file{value};
        REQUIRE(write(*store, part(value, file), "abc"));
        REQUIRE(store->publish(part(value, file), 3).has_value());
        CHECK(contents(*store, file) == "abc");
    }
    CHECK(files(root.path()) ==
          Names{"store/00/-9223372036854775808", "store/00/0", "store/ff/-1", "store/ff/9223372036854775807"});
}

TEST_CASE("S25: symbolic links in the folder are refused") {
    const TemporaryFolder root;
    const auto secret = root.path() / "secret";
    put(secret, "secret");
    const auto folder = root.path() / "store";
    const auto store = open(folder);
    fs::create_directory(folder / "d2");

    fs::create_symlink(secret, folder / "d2" / "1234");
    std::array<char, 8> buffer{};
    CHECK(store->read(id, 0, buffer).error().code == Errc::corrupt);
    CHECK(store->size(id).error().code == Errc::corrupt);
    CHECK_FALSE(store->native(id));
    CHECK(store->remove(id).has_value());

    fs::create_symlink(secret, folder / "d2" / "1234.1.part");
    CHECK(store->open_part(part(2), 3).error().code == Errc::corrupt);
    fs::create_symlink(secret, folder / "d2" / "1234.2.draft");
    CHECK(store->open_part(part(2), 0).has_value());
    CHECK(store->append(part(2), "not there").has_value());
    CHECK(store->discard_part(part(2)).has_value());

    fs::remove_all(folder / "d2");
    fs::create_directory(root.path() / "elsewhere");
    put(root.path() / "elsewhere" / "1234", "secret");
    fs::create_directory_symlink(root.path() / "elsewhere", folder / "d2");
    CHECK(store->read(id, 0, buffer).error().code == Errc::corrupt);
    CHECK(store->open_part(part(1), 0).error().code == Errc::corrupt);
    CHECK(store->remove(id).error().code == Errc::corrupt);
    CHECK(files(root.path()) == Names{"elsewhere/1234", "secret", "store/d2"});
    std::string bytes;
    std::ifstream(secret) >> bytes;
    CHECK(bytes == "secret");
}

TEST_CASE("S25: the folder itself must be a folder and no symbolic link") {
    const TemporaryFolder root;
    fs::create_directory(root.path() / "real");
    fs::create_directory_symlink(root.path() / "real", root.path() / "link");
    put(root.path() / "file", "x");
    for (const auto* name : {"link", "link/", "link//", "file", "missing/deeper"}) {
        CHECK_MESSAGE(open_filesystem_file_store({(root.path() / name).string()}).error().code ==
                          Errc::invalid_configuration,
                      name);
    }
    CHECK(open_filesystem_file_store({(root.path() / "real/").string()}).has_value());
}

TEST_CASE("Something that is no file in the place of a file is corrupt, and nothing waits for it") {
    const TemporaryFolder root;
    const auto store = open(root.path());
    fs::create_directory(root.path() / "d2");
    REQUIRE(::mkfifo((root.path() / "d2" / "1234").c_str(), 0600) == 0);
    CHECK(store->size(id).error().code == Errc::corrupt);
    fs::remove(root.path() / "d2" / "1234");
    fs::create_directory(root.path() / "d2" / "1234");
    CHECK(store->size(id).error().code == Errc::corrupt);
    put(root.path() / "ff", "no folder");
    CHECK(store->open_part(part(1, ExportId{255}), 0).error().code == Errc::corrupt);
}

TEST_CASE("S41: folders have mode 0700, files 0600, whatever the umask and the folder were") {
    const TemporaryFolder root;
    const auto mode = [&](const std::string& name) {
        struct stat status {};
        REQUIRE(::lstat((root.path() / name).c_str(), &status) == 0);
        return status.st_mode & 07777;
    };
    fs::create_directory(root.path() / "old");
    fs::permissions(root.path() / "old", fs::perms::all);
    const auto umask = ::umask(0);
    for (const std::string name : {"old", "new"}) {
        const auto store = open(root.path() / name, true);
        REQUIRE(write(*store, part(1), "abc"));
        CHECK(mode(name) == 0700);
        CHECK(mode(name + "/d2") == 0700);
        CHECK(mode(name + "/d2/1234.1.part") == 0600);
        REQUIRE(store->publish(part(1), 3).has_value());
        CHECK(mode(name + "/d2/1234") == 0600);
    }
    ::umask(umask);
}

TEST_CASE("H18: bytes behind 4 GiB are written, taken over and read right") {
    const TemporaryFolder root;
    const auto store = open(root.path());
    constexpr std::uint64_t before = 4'999'999'990;
    REQUIRE(store->open_part(part(1), 0).has_value());
    store->close_part(part(1));
    fs::resize_file(root.path() / "d2" / "1234.1.part", before + 100); // Sparse: takes no room.
    std::string bytes;
    for (char digit = '0'; digit <= '9'; ++digit) {
        bytes += std::string(10, digit);
    }
    REQUIRE(write(*store, part(2), bytes, before));
    REQUIRE(store->publish(part(2), before + 100).has_value());
    CHECK(store->size(id).value() == 5'000'000'090);
    std::array<char, 10> buffer{};
    CHECK(store->read(id, 5'000'000'000, buffer).value() == 10);
    CHECK(std::string_view(buffer.data(), 10) == "1111111111");
    for (const bool takes_files : {false, true}) {
        MemoryTransport transport(takes_files);
        const Response response{206, {}, FileBody{id, 4'999'999'985, 15}, false};
        REQUIRE(send(response, *store, transport).has_value());
        CHECK(transport.body() == std::string(5, '\0') + "0000000000");
    }
}

TEST_CASE("Large and small appends, synced and taken over anywhere, give the bytes that were put") {
    const TemporaryFolder root;
    const auto store = open(root.path(), true);
    std::mt19937_64 random(7);
    const auto up_to = [&](std::size_t most) { return static_cast<std::size_t>(random() % (most + 1)); };
    std::string expected;
    std::string bytes(3'000'000, '\0');
    for (auto& byte : bytes) {
        byte = static_cast<char>(random());
    }
    for (std::int64_t fence = 1; fence <= 12; ++fence) {
        REQUIRE(store->open_part(part(fence), expected.size()).has_value());
        std::string put = expected;
        for (int sync = 0; sync < 3; ++sync) {
            for (auto appends = up_to(3); appends > 0; --appends) {
                const auto size = up_to(random() % 2 == 0 ? 10'000 : 3'000'000);
                const auto text = std::string_view(bytes).substr(up_to(bytes.size() - size), size);
                REQUIRE(store->append(part(fence), text).has_value());
                put += text;
            }
            if (sync == 2 && fence % 2 == 0) break; // The last bytes are lost with their writer.
            REQUIRE(store->sync(part(fence)).value() == put.size());
            expected = put;
        }
        store->close_part(part(fence));
    }
    REQUIRE(store->open_part(part(99), expected.size()).has_value());
    REQUIRE(store->publish(part(99), expected.size()).has_value());
    CHECK(contents(*store) == expected);
}

TEST_CASE("R6: a crash at any point of a takeover leaves what the next open_part handles") {
    struct Row {
        const char* what;
        std::vector<std::pair<const char*, const char*>> left; // Names in d2, and their bytes.
        std::uint64_t length;
        const char* bytes;
    };
    for (const auto& row : {
             Row{"the writer died", {{"1234.1.part", "0123456789tail"}}, 10, "0123456789"},
             Row{"it died before the first checkpoint", {{"1234.1.part", "01234"}}, 0, ""},
             Row{"it died while copying",
                 {{"1234.1.part", "0123456789tail"}, {"1234.2.draft", "0123"}},
                 10,
                 "0123456789"},
             Row{"it died before it removed the old part",
                 {{"1234.1.part", "0123456789tail"}, {"1234.2.part", "0123456789"}},
                 10,
                 "0123456789"},
             Row{"the newest that has enough is taken",
                 {{"1234.1.part", "abcdefghijk"}, {"1234.3.part", "0123456789"}, {"1234.4.part", "01"}},
                 10,
                 "0123456789"},
             Row{"fences compare as numbers", {{"1234.9.part", "abcde"}, {"1234.10.part", "01234"}}, 5, "01234"},
             Row{"it died after publishing", {{"1234", "0123456789"}}, 10, "0123456789"},
             Row{"the same worker comes back", {{"1234.20.part", "0123456789tail"}}, 10, "0123456789"},
             Row{"others are left alone",
                 {{"1234.1.part", "0123456789"}, {"12345.1.part", "x"}, {"1234.x.part", "x"}, {"1234.1", "x"}},
                 3,
                 "012"},
         }) {
        INFO(row.what);

        const TemporaryFolder root;
        for (const auto& [name, old] : row.left) {
            put(root.path() / "d2" / name, old);
        }
        const auto store = open(root.path());
        REQUIRE(store->open_part(part(20), row.length).has_value());
        REQUIRE(store->append(part(20), "+").has_value());
        auto names = files(root.path());
        CHECK(names.erase("d2/1234.20.part") == 1);
        for (const auto& name : names) {
            CHECK((name == "d2/1234" || name == "d2/12345.1.part" || name == "d2/1234.x.part" || name == "d2/1234.1"));
        }
        REQUIRE(store->publish(part(20), row.length + 1).has_value());
        CHECK(contents(*store) == std::string(row.bytes) + "+");
    }
}

TEST_CASE("open_part finds no part that holds enough: corrupt, and nothing is lost") {
    const TemporaryFolder root;
    put(root.path() / "d2" / "1234.1.part", "01234");
    put(root.path() / "d2" / "1234.2.draft", "0123456789"); // Not to be trusted.
    const auto store = open(root.path());
    CHECK(store->open_part(part(3), 6).error().code == Errc::corrupt);
    CHECK(files(root.path()).count("d2/1234.1.part") == 1);
    CHECK(store->open_part(part(3), 5).has_value());
}

TEST_CASE("remove takes parts and drafts of every fence, and no file of another export") {
    const TemporaryFolder root;
    for (const auto* name : {"1234", "1234.1.part", "1234.7.part", "1234.8.draft", "12345", "12345.1.part", "123"}) {
        put(root.path() / "d2" / name, "x");
    }
    REQUIRE(open(root.path())->remove(id).has_value());
    CHECK(files(root.path()) == Names{"d2/123", "d2/12345", "d2/12345.1.part"});
}

TEST_CASE("R8: a worker of another process that is paused past its lease cannot reach the part of the next") {
    const TemporaryFolder root;
    OtherProcess stale([&](const auto& pause) {
        const auto store = open(root.path());
        if (!write(*store, part(1), "0123456789tail")) return 1;
        pause();
        if (store->append(part(1), "stale")) return 2;
        if (store->append(part(1), "stale").error().code != Errc::lease_lost) return 3;
        if (store->sync(part(1)).error().code != Errc::lease_lost) return 4;
        if (store->publish(part(1), 14).error().code != Errc::lease_lost) return 5;
        if (store->open_part(part(1), 10).error().code != Errc::lease_lost) return 6;
        if (!store->discard_part(part(1))) return 7;
        return 0;
    });
    REQUIRE(stale.wait_for_pause());
    const auto store = open(root.path());
    REQUIRE(store->open_part(part(2), 10).has_value());
    stale.resume();
    CHECK(stale.exit_status() == 0);
    REQUIRE(store->append(part(2), "AB").has_value());
    REQUIRE(store->publish(part(2), 12).has_value());
    CHECK(contents(*store) == "0123456789AB");
    CHECK(files(root.path()) == Names{"d2/1234"});
}

TEST_CASE("R6: the part of a process that was killed is taken over in place, that of a living one is copied") {
    for (const bool killed : {true, false}) {
        const TemporaryFolder root;
        OtherProcess worker([&](const auto& pause) {
            const auto store = open(root.path());
            if (!write(*store, part(1), "0123456789tail")) return 1;
            pause();
            return 0;
        });
        REQUIRE(worker.wait_for_pause());
        struct stat before {};
        REQUIRE(::stat((root.path() / "d2/1234.1.part").c_str(), &before) == 0);
        if (killed) worker.kill();
        const auto store = open(root.path());
        REQUIRE(store->open_part(part(2), 10).has_value());
        struct stat after {};
        REQUIRE(::stat((root.path() / "d2/1234.2.part").c_str(), &after) == 0);
        CHECK((after.st_ino == before.st_ino) == killed);
        CHECK(after.st_size == 10);
        CHECK(files(root.path()) == Names{"d2/1234.2.part"});
        if (!killed) {
            worker.resume();
            CHECK(worker.exit_status() == 0);
        }
    }
}

TEST_CASE("R8: of processes that take one part over at the same time, the largest fence alone has it in the end") {
    const std::string synced(1'000'000, 's'); // Long enough for copies to overlap.
    for (int round = 0; round < 10; ++round) {
        const TemporaryFolder root;
        const auto store = open(root.path());
        REQUIRE(write(*store, part(1), synced + "tail"));
        if (round % 2 == 0) store->close_part(part(1));
        std::vector<std::unique_ptr<OtherProcess>> workers;
        for (std::int64_t fence = 2; fence <= 5; ++fence) {
            workers.push_back(std::make_unique<OtherProcess>([&, fence](const auto& pause) {
                const auto mine = open(root.path());
                pause();
                auto done = mine->open_part(part(fence), synced.size());
                for (int i = 0; i < 3 && done; ++i) {
                    done = mine->append(part(fence), std::to_string(fence));
                }
                if (done) {
                    if (const auto durable = mine->sync(part(fence)); !durable) done = durable.error();
                }
                return done || (done.error().code == Errc::lease_lost && fence < 5) ? 0 : 1;
            }));
        }
        for (const auto& worker : workers) {
            REQUIRE(worker->wait_for_pause());
        }
        for (const auto& worker : workers) {
            worker->resume();
        }
        for (const auto& worker : workers) {
            CHECK(worker->exit_status() == 0);
        }
        CHECK(files(root.path()) == Names{"d2/1234.5.part"});
        REQUIRE(store->open_part(part(6), synced.size() + 3).has_value());
        REQUIRE(store->publish(part(6), synced.size() + 3).has_value());
        CHECK(contents(*store) == synced + "555");
    }
}

TEST_CASE("S39: a reader with the file open gets all of it though it is removed and replaced") {
    const TemporaryFolder root;
    const auto store = open(root.path());
    REQUIRE(write(*store, part(1), "old bytes"));
    REQUIRE(store->publish(part(1), 9).has_value());
    const auto native = store->native(id);
    REQUIRE(native);
    REQUIRE(store->remove(id).has_value());
    CHECK(files(root.path()).empty());
    REQUIRE(write(*store, part(2), "new bytes"));
    REQUIRE(store->publish(part(2), 9).has_value());
    std::array<char, 9> buffer{};
    CHECK(::pread(native->descriptor, buffer.data(), buffer.size(), 0) == 9);
    CHECK(std::string_view(buffer.data(), buffer.size()) == "old bytes");
    ::close(native->descriptor);
    CHECK(contents(*store) == "new bytes");
}

TEST_CASE("FileStore::scan sees its own files alone, whatever else lies in the folder") {
    const TemporaryFolder root;
    const auto folder = root.path() / "store";
    const auto store = open(folder);
    put(folder / "d2" / "1234", "abc");
    for (const auto* name :
         {"01234", "+1234", "1234 ", "1234.", "1234.1", "1234.1.parts", "1234.01.part", "1234..part", "1234.x.part",
          "1234.1.part.part", ".part", "notes.txt", "99999999999999999999", "1235", "~1234", "-0"}) {
        put(folder / "d2" / name, "foreign");
    }
    put(folder / "1234", "foreign");
    put(folder / "D2" / "1234", "foreign");
    put(folder / "lost+found" / "1234", "foreign");
    put(folder / "d3", "foreign"); // A file in the place of a subfolder.
    put(root.path() / "elsewhere" / "1236", "secret");
    fs::create_directory_symlink(root.path() / "elsewhere", folder / "d4");
    fs::create_symlink(root.path() / "elsewhere" / "1236", folder / "d2" / "1490"); // 1234 + 256
    fs::create_directory(folder / "d2" / "1746");                                   // 1234 + 512
    REQUIRE(::mkfifo((folder / "d2" / "2002").c_str(), 0600) == 0);                 // 1234 + 768
    put(folder / "d2" / "2258", "");                                                // 1234 + 1024
    CHECK(store->scan(std::nullopt, 100).value() ==
          std::vector<StoredFile>{{id, std::nullopt, 3}, {ExportId{2258}, std::nullopt, 0}});
    // Pages that hold nothing of the store are not its end.
    CHECK(store->scan(id, 1).value() == std::vector<StoredFile>{{ExportId{2258}, std::nullopt, 0}});
    CHECK(store->scan(ExportId{2258}, 1).value().empty());
}

TEST_CASE("FileStore::scan finds what a takeover that was killed left behind, and discard_part removes it") {
    const TemporaryFolder root;
    const auto store = open(root.path());
    put(root.path() / "d2" / "1234.5.draft", "abc");
    put(root.path() / "d2" / "1234.3.part", "abcdef");
    put(root.path() / "d2" / "1234.3.draft", "ab");
    CHECK(store->scan(std::nullopt, 1).value() ==
          std::vector<StoredFile>{{id, FencingToken{3}, 8}, {id, FencingToken{5}, 3}});
    REQUIRE(store->discard_part(part(3)).has_value());
    REQUIRE(store->discard_part(part(5)).has_value());
    CHECK(store->scan(std::nullopt, 1).value().empty());
    CHECK(files(root.path()).empty());
}

TEST_CASE("FileStore::scan gives every id once and in order, over all subfolders and page sizes") {
    const TemporaryFolder root;
    const auto store = open(root.path());
    std::vector<StoredFile> wanted;
    for (const auto value : {INT64_MIN, std::int64_t{-300}, std::int64_t{-1}, std::int64_t{0}, std::int64_t{255},
                             std::int64_t{256}, std::int64_t{257}, std::int64_t{511}, INT64_MAX}) {
        const ExportId file{value};
        REQUIRE(write(*store, part(1, file), "abc"));
        REQUIRE(store->publish(part(1, file), 3).has_value());
        wanted.push_back({file, std::nullopt, 3});
    }
    for (const std::size_t page : {1U, 2U, 4U, 9U, 100U}) {
        std::vector<StoredFile> found;
        std::optional<ExportId> after;
        for (auto next = store->scan(after, page).value(); !next.empty(); next = store->scan(after, page).value()) {
            CHECK(next.size() <= page);
            found.insert(found.end(), next.begin(), next.end());
            after = next.back().export_id;
        }
        CHECK(found == wanted);
    }
}

TEST_CASE("FileStore::scan goes on while files come and go") {
    const TemporaryFolder root;
    const auto store = open(root.path());
    for (std::int64_t value = 0; value < 4; ++value) { // These stay.
        REQUIRE(write(*store, part(1, ExportId{value * 256}), "stays"));
    }
    std::atomic<bool> stop = false;
    std::thread others([&] {
        const auto mine = open(root.path());
        for (std::int64_t round = 0; !stop; ++round) {
            const ExportId file{(round % 50) * 256 + 5 * 256};
            const bool done =
                write(*mine, part(1, file), "comes") && mine->publish(part(1, file), 5) && mine->remove(file);
            if (!done) return;
        }
    });
    int stayed = 0;
    for (int round = 0; round < 50; ++round) {
        for (std::optional<ExportId> after;;) {
            const auto next = store->scan(after, 3);
            if (!next || next->empty()) break;
            after = next->back().export_id;
            for (const auto& file : *next) {
                if (file.export_id.value < 4 * 256) ++stayed;
            }
        }
    }
    stop = true;
    others.join();
    CHECK(stayed == 4 * 50);
}

namespace {

/// Fills a store that has too little room, then makes some. @return 0, or the number of the step that went wrong.
int meet_full_disk(const fs::path& root, const std::function<void()>& make_room) {
    const auto store = open(root, true);
    const std::string block(64 * 1024, 'x');
    if (!write(*store, part(1), block)) return 1;
    auto appended = ok();
    for (int i = 0; i < 64 && appended; ++i) {
        appended = store->append(part(1), block);
    }
    if (appended) { // Told by `sync` at the latest.
        if (const auto synced = store->sync(part(1)); !synced) appended = synced.error();
    }
    if (appended || appended.error().code != Errc::no_space) return 2;
    if (condition(appended.error()) != Condition::unavailable) return 3; // The worker tries again later.
    if (store->append(part(1), "y")) return 4;                           // Nothing is appended after a gap.
    if (store->sync(part(1))) return 5;
    if (store->publish(part(1), block.size())) return 6;
    if (store->size(id).error().code != Errc::not_found) return 7;
    store->close_part(part(1));
    make_room();
    if (!store->open_part(part(2), block.size())) return 8;
    for (int i = 0; i < 15; ++i) {
        if (!store->append(part(2), block)) return 9;
    }
    if (!store->sync(part(2)) || !store->publish(part(2), 16 * block.size())) return 10;
    const auto bytes = contents(*store);
    return bytes == std::string(16 * block.size(), 'x') ? 0 : 11;
}

} // namespace

TEST_CASE("R14: a full disk is no_space, and the export continues when there is room again") {
    const TemporaryFolder root;
    OtherProcess process([&](const auto& pause) {
        // A mount of our own needs rights that not every test machine gives; the limit of a file needs none.
        const bool mounted = ::unshare(CLONE_NEWNS) == 0 &&
                             ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                             ::mount("tmpfs", root.path().c_str(), "tmpfs", 0, "size=512k") == 0;
        if (!mounted) return 100;
        pause();
        return meet_full_disk(root.path() / "store",
                              [&] { ::mount("tmpfs", root.path().c_str(), "tmpfs", MS_REMOUNT, "size=4m"); });
    });
    if (process.wait_for_pause()) {
        process.resume();
        CHECK(process.exit_status() == 0);
    } else {
        CHECK(process.exit_status() == 100);
        MESSAGE("no right to mount a small disk here");
    }
}

TEST_CASE("R14: a file that meets the limit of its size is no_space, and continues when that is lifted") {
    const TemporaryFolder root;
    OtherProcess process([&](const auto& pause) {
        pause();
        ::signal(SIGXFSZ, SIG_IGN);
        struct rlimit limit {};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        const auto before = limit.rlim_cur;
        limit.rlim_cur = 500'000; // In the middle of a block: the last write is a short one.
        ::setrlimit(RLIMIT_FSIZE, &limit);
        return meet_full_disk(root.path() / "store", [&] {
            limit.rlim_cur = before;
            ::setrlimit(RLIMIT_FSIZE, &limit);
        });
    });
    REQUIRE(process.wait_for_pause());
    process.resume();
    CHECK(process.exit_status() == 0);
}

TEST_CASE("Too many open files is unavailable and leaves nothing open") {
    const TemporaryFolder root;
    OtherProcess process([&](const auto& pause) {
        pause();
        const auto store = open(root.path());
        struct rlimit limit {};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        const auto next = ::dup(0);
        ::close(next);
        for (int more = 0; more < 5; ++more) { // Fails at the first, second, ... descriptor that it needs.
            limit.rlim_cur = static_cast<rlim_t>(next + more);
            ::setrlimit(RLIMIT_NOFILE, &limit);
            const auto opened = store->open_part(part(more + 1), 0);
            if (opened) return more == 0 ? 1 : 0;
            if (opened.error().code != Errc::unavailable) return 2;
        }
        return 3;
    });
    REQUIRE(process.wait_for_pause());
    process.resume();
    CHECK(process.exit_status() == 0);
}
