/// @file
/// A `RowSource` that fails when it is told to.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/row_source.hpp>
#include <dataexport/testing/fault_plan.hpp>

#include <memory>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Asks the plan before each `start`, `fetch` and `slice`: the call that has to fail does not reach the source.
class FailingRowSource final : public RowSource {
public:
    FailingRowSource(std::unique_ptr<RowSource> source, std::shared_ptr<FaultPlan> plan)
        : source_(std::move(source)), plan_(std::move(plan)) {}

    [[nodiscard]] std::span<const Column> columns() const override { return source_->columns(); }
    [[nodiscard]] Result<void> start(std::string_view position) override {
        if (auto error = plan_->next()) return *error;
        return source_->start(position);
    }
    [[nodiscard]] Result<Fetched> fetch(std::size_t max_rows, CellSink& sink) override {
        if (auto error = plan_->next()) return *error;
        return source_->fetch(max_rows, sink);
    }
    [[nodiscard]] std::string position() const override { return source_->position(); }
    [[nodiscard]] Result<std::optional<RowSlice>> slice(std::string_view position, std::uint64_t keys) override {
        if (auto error = plan_->next()) return *error;
        return source_->slice(position, keys);
    }

private:
    std::unique_ptr<RowSource> source_;
    std::shared_ptr<FaultPlan> plan_;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
