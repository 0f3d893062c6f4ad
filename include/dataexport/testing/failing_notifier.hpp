/// @file
/// A `Notifier` that fails when it is told to.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/notifier.hpp>
#include <dataexport/testing/fault_plan.hpp>

#include <memory>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Asks the plan before each message: the one that has to fail is not sent.
class FailingNotifier final : public Notifier {
public:
    /// `notifier` is borrowed and has to outlive this.
    FailingNotifier(Notifier& notifier, std::shared_ptr<FaultPlan> plan)
        : notifier_(notifier), plan_(std::move(plan)) {}

    [[nodiscard]] Result<void> success(const ExportedData& record) override {
        if (auto error = plan_->next()) return *error;
        return notifier_.success(record);
    }
    [[nodiscard]] Result<void> failure(const ExportedData& record) override {
        if (auto error = plan_->next()) return *error;
        return notifier_.failure(record);
    }

private:
    Notifier& notifier_;
    std::shared_ptr<FaultPlan> plan_;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
