/// @file
/// An `IdGenerator` that fails when it is told to.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/id_generator.hpp>
#include <dataexport/testing/fault_plan.hpp>

#include <memory>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Asks the plan before each id: the call that has to fail does not reach the generator.
class FailingIdGenerator final : public IdGenerator {
public:
    /// `ids` is borrowed and has to outlive this.
    FailingIdGenerator(IdGenerator& ids, std::shared_ptr<FaultPlan> plan) : ids_(ids), plan_(std::move(plan)) {}

    [[nodiscard]] Result<ExportId> next() override {
        if (auto error = plan_->next()) return *error;
        return ids_.next();
    }

private:
    IdGenerator& ids_;
    std::shared_ptr<FaultPlan> plan_;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
