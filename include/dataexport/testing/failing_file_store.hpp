/// @file
/// A `FileStore` that fails when it is told to.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/file_store.hpp>
#include <dataexport/testing/fault_plan.hpp>

#include <memory>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Asks the plan before each call: the call that has to fail does not reach the store, except that a failing `append`
/// leaves the first half of its bytes, as a full disk does.
class FailingFileStore final : public FileStore {
public:
    /// `store` is borrowed and has to outlive this.
    FailingFileStore(FileStore& store, std::shared_ptr<FaultPlan> plan) : store_(store), plan_(std::move(plan)) {}

    [[nodiscard]] Result<void> open_part(PartId part, std::uint64_t length) override {
        if (auto error = plan_->next()) return *error;
        return store_.open_part(part, length);
    }
    [[nodiscard]] Result<void> append(PartId part, std::string_view bytes) override {
        if (auto error = plan_->next()) {
            static_cast<void>(store_.append(part, bytes.substr(0, bytes.size() / 2)));
            return *error;
        }
        return store_.append(part, bytes);
    }
    [[nodiscard]] Result<std::uint64_t> sync(PartId part) override {
        if (auto error = plan_->next()) return *error;
        return store_.sync(part);
    }
    [[nodiscard]] Result<void> publish(PartId part, std::uint64_t length) override {
        if (auto error = plan_->next()) return *error;
        return store_.publish(part, length);
    }
    void close_part(PartId part) noexcept override { store_.close_part(part); }
    [[nodiscard]] Result<void> discard_part(PartId part) override {
        if (auto error = plan_->next()) return *error;
        return store_.discard_part(part);
    }
    [[nodiscard]] Result<std::uint64_t> size(ExportId file) override {
        if (auto error = plan_->next()) return *error;
        return store_.size(file);
    }
    [[nodiscard]] Result<std::size_t> read(ExportId file, std::uint64_t offset, std::span<char> buffer) override {
        if (auto error = plan_->next()) return *error;
        return store_.read(file, offset, buffer);
    }
    [[nodiscard]] Result<void> remove(ExportId file) override {
        if (auto error = plan_->next()) return *error;
        return store_.remove(file);
    }
    [[nodiscard]] Result<std::vector<StoredFile>> scan(std::optional<ExportId> after, std::size_t exports) override {
        if (auto error = plan_->next()) return *error;
        return store_.scan(after, exports);
    }
    [[nodiscard]] std::optional<NativeFile> native(ExportId file) override { return store_.native(file); }

private:
    FileStore& store_;
    std::shared_ptr<FaultPlan> plan_;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
