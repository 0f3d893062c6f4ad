/// @file
/// An `ExportStore` that fails when it is told to.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/export_store.hpp>
#include <dataexport/testing/fault_plan.hpp>

#include <memory>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Asks the plan before each call: the call that has to fail does not reach the store.
class FailingExportStore final : public ExportStore {
public:
    /// `store` is borrowed and has to outlive this.
    FailingExportStore(ExportStore& store, std::shared_ptr<FaultPlan> plan) : store_(store), plan_(std::move(plan)) {}

    [[nodiscard]] Result<Created> create_or_get(const ExportedData& record, std::string_view request_key,
                                                std::string_view idempotency_key = {},
                                                const Quota& quota = {}) override {
        if (auto error = plan_->next()) return *error;
        return store_.create_or_get(record, request_key, idempotency_key, quota);
    }
    [[nodiscard]] Result<ExportedData> find(ExportId id) override {
        if (auto error = plan_->next()) return *error;
        return store_.find(id);
    }
    [[nodiscard]] Result<std::vector<ExportedData>> list(const ListQuery& query) override {
        if (auto error = plan_->next()) return *error;
        return store_.list(query);
    }
    [[nodiscard]] Result<std::uint64_t> count(const ListQuery& query) override {
        if (auto error = plan_->next()) return *error;
        return store_.count(query);
    }
    [[nodiscard]] Result<std::optional<Claim>> claim(TimePoint now, TimePoint lease_until,
                                                     const RunningLimits& limits = {}) override {
        if (auto error = plan_->next()) return *error;
        return store_.claim(now, lease_until, limits);
    }
    [[nodiscard]] Result<void> check_claim(ExportId id, FencingToken fence) override {
        if (auto error = plan_->next()) return *error;
        return store_.check_claim(id, fence);
    }
    [[nodiscard]] Result<void> renew(ExportId id, FencingToken fence, TimePoint lease_until) override {
        if (auto error = plan_->next()) return *error;
        return store_.renew(id, fence, lease_until);
    }
    [[nodiscard]] Result<void> checkpoint(ExportId id, FencingToken fence, const Checkpoint& checkpoint) override {
        if (auto error = plan_->next()) return *error;
        return store_.checkpoint(id, fence, checkpoint);
    }
    [[nodiscard]] Result<void> finish(ExportId id, FencingToken fence, const ExportedFile& file,
                                      const std::vector<Warning>& warnings, std::string_view manifest,
                                      TimePoint date_finished, TimePoint date_expired) override {
        if (auto error = plan_->next()) return *error;
        return store_.finish(id, fence, file, warnings, manifest, date_finished, date_expired);
    }
    [[nodiscard]] Result<void> fail(ExportId id, FencingToken fence, const Error& error, TimePoint now) override {
        if (auto planned = plan_->next()) return *planned;
        return store_.fail(id, fence, error, now);
    }
    [[nodiscard]] Result<void> postpone(ExportId id, FencingToken fence, TimePoint due,
                                        std::size_t batch_rows) override {
        if (auto error = plan_->next()) return *error;
        return store_.postpone(id, fence, due, batch_rows);
    }
    [[nodiscard]] Result<void> release(ExportId id, FencingToken fence) override {
        if (auto error = plan_->next()) return *error;
        return store_.release(id, fence);
    }
    [[nodiscard]] Result<ExportedData> retry(ExportId id, TimePoint now) override {
        if (auto error = plan_->next()) return *error;
        return store_.retry(id, now);
    }
    [[nodiscard]] Result<void> invalidate(ExportId id, const Error& error) override {
        if (auto planned = plan_->next()) return *planned;
        return store_.invalidate(id, error);
    }
    [[nodiscard]] Result<void> remove(ExportId id) override {
        if (auto error = plan_->next()) return *error;
        return store_.remove(id);
    }
    [[nodiscard]] Result<std::string> manifest(ExportId id) override {
        if (auto error = plan_->next()) return *error;
        return store_.manifest(id);
    }
    [[nodiscard]] Result<std::vector<ExportId>> due_for_expiry(TimePoint now, std::size_t count) override {
        if (auto error = plan_->next()) return *error;
        return store_.due_for_expiry(now, count);
    }
    [[nodiscard]] Result<void> mark_file_removed(ExportId id) override {
        if (auto error = plan_->next()) return *error;
        return store_.mark_file_removed(id);
    }
    [[nodiscard]] Result<std::vector<ExportId>> ended_before(TimePoint before, std::size_t count) override {
        if (auto error = plan_->next()) return *error;
        return store_.ended_before(before, count);
    }
    [[nodiscard]] Result<std::vector<ExportedData>> scan(const ScanQuery& query) override {
        if (auto error = plan_->next()) return *error;
        return store_.scan(query);
    }
    [[nodiscard]] Result<Usage> usage(std::optional<OrganizationId> organization) override {
        if (auto error = plan_->next()) return *error;
        return store_.usage(organization);
    }
    [[nodiscard]] Result<std::optional<OutboxEntry>> take_outbox(TimePoint now, TimePoint taken_until) override {
        if (auto error = plan_->next()) return *error;
        return store_.take_outbox(now, taken_until);
    }
    [[nodiscard]] Result<void> postpone_message(std::int64_t entry, TimePoint due) override {
        if (auto error = plan_->next()) return *error;
        return store_.postpone_message(entry, due);
    }
    [[nodiscard]] Result<void> mark_sent(std::int64_t entry) override {
        if (auto error = plan_->next()) return *error;
        return store_.mark_sent(entry);
    }

private:
    ExportStore& store_;
    std::shared_ptr<FaultPlan> plan_;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
