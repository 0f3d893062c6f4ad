#include <dataexport/testing/check_file_store.hpp>

#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/memory/memory_file_store.hpp>
#include <dataexport/testing/failing_file_store.hpp>

#include <doctest/doctest.h>

#include <map>
#include <mutex>

#include "filesystem/temporary_folder.hpp"

using namespace dataexport;

TEST_CASE("MemoryFileStore keeps the contract of FileStore") {
    const auto report = testing::check_file_store([] { return std::make_unique<MemoryFileStore>(); });
    INFO(report.text());
    CHECK(report.passed());
}

TEST_CASE("The filesystem store keeps the contract of FileStore") {
    const TemporaryFolder folder;
    for (const bool sync : {true, false}) {
        int made = 0;
        const auto report = testing::check_file_store([&] {
            const auto name = std::to_string(sync) + '-' + std::to_string(++made);
            return open_filesystem_file_store({(folder.path() / name).string(), sync}).value();
        });
        INFO(report.text());
        CHECK(report.passed());
    }
}

namespace {

/// A store that forgets to check who writes: the contract test has to notice.
class CarelessFileStore final : public FileStore {
public:
    Result<void> open_part(PartId part, std::uint64_t length) override {
        {
            const std::scoped_lock lock(mutex_);
            newest_[part.export_id] = part;
        }
        return store_.open_part(part, length);
    }
    Result<void> append(PartId part, std::string_view bytes) override { return store_.append(current(part), bytes); }
    Result<std::uint64_t> sync(PartId part) override { return store_.sync(current(part)); }
    Result<void> publish(PartId part, std::uint64_t length) override { return store_.publish(current(part), length); }
    void close_part(PartId part) noexcept override { store_.close_part(part); }
    Result<void> discard_part(PartId part) override { return store_.discard_part(part); }
    Result<std::uint64_t> size(ExportId file) override { return store_.size(file); }
    Result<std::size_t> read(ExportId file, std::uint64_t offset, std::span<char> buffer) override {
        return store_.read(file, offset, buffer);
    }
    Result<void> remove(ExportId file) override { return store_.remove(file); }
    Result<std::vector<StoredFile>> scan(std::optional<ExportId> after, std::size_t exports) override {
        return store_.scan(after, exports);
    }

private:
    PartId current(PartId part) const {
        const std::scoped_lock lock(mutex_);
        const auto found = newest_.find(part.export_id);
        return found == newest_.end() ? part : found->second;
    }

    MemoryFileStore store_;
    mutable std::mutex mutex_;
    std::map<ExportId, PartId> newest_;
};

} // namespace

TEST_CASE("check_file_store notices a store that lets a stale worker write") {
    const auto report = testing::check_file_store([] { return std::make_unique<CarelessFileStore>(); });
    CHECK_FALSE(report.passed());
    CHECK(report.text().find("append of the smaller fence is lease_lost") != std::string::npos);
}

TEST_CASE("FailingFileStore fails the n-th call and leaves half of what it was to append") {
    MemoryFileStore store;
    const PartId part{ExportId{1}, FencingToken{1}};
    for (std::size_t nth = 1;; ++nth) {
        const auto plan = std::make_shared<testing::FaultPlan>(nth, Error{Errc::no_space, "full"});
        testing::FailingFileStore failing(store, plan);
        const auto write = [&]() -> Result<void> {
            if (auto done = failing.open_part(part, 0); !done) return done;
            if (auto done = failing.append(part, "abcd"); !done) return done;
            if (auto done = failing.sync(part); !done) return done.error();
            return failing.publish(part, 4);
        };
        const auto written = write();
        if (!plan->fired()) {
            CHECK(written.has_value());
            CHECK(nth == 5);
            break;
        }
        CHECK(written.error().code == Errc::no_space);
        CHECK(store.size(part.export_id).error().code == Errc::not_found);
        if (nth == 2) CHECK(store.sync(part).value() == 2);
    }
}
