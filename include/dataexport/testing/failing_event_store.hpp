/// @file
/// An `EventStore` that fails when it is told to.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/event_store.hpp>
#include <dataexport/testing/failing_row_source.hpp>
#include <dataexport/testing/fault_plan.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Asks the plan before each call, those of the sources it opens included: the call that has to fail does not reach
/// the store.
class FailingEventStore final : public EventStore {
public:
    /// `store` is borrowed and has to outlive this.
    FailingEventStore(EventStore& store, std::shared_ptr<FaultPlan> plan) : store_(store), plan_(std::move(plan)) {}

    [[nodiscard]] Result<void> check(const EventQuery& query) override {
        if (auto error = plan_->next()) return *error;
        return store_.check(query);
    }
    [[nodiscard]] Result<std::unique_ptr<RowSource>> events(const EventQuery& query) override {
        if (auto error = plan_->next()) return *error;
        return failing(store_.events(query));
    }
    [[nodiscard]] Result<std::unique_ptr<RowSource>> tag_values(const TagValuesQuery& query) override {
        if (auto error = plan_->next()) return *error;
        return failing(store_.tag_values(query));
    }
    [[nodiscard]] Result<bool> has_group(ProjectId project, std::int64_t group) override {
        if (auto error = plan_->next()) return *error;
        return store_.has_group(project, group);
    }
    [[nodiscard]] Result<bool> has_tag(ProjectId project, std::string_view key,
                                       const std::optional<std::string>& environment) override {
        if (auto error = plan_->next()) return *error;
        return store_.has_tag(project, key, environment);
    }

private:
    [[nodiscard]] Result<std::unique_ptr<RowSource>> failing(Result<std::unique_ptr<RowSource>> source) const {
        if (!source) return source;
        return std::make_unique<FailingRowSource>(std::move(*source), plan_);
    }

    EventStore& store_;
    std::shared_ptr<FaultPlan> plan_;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
