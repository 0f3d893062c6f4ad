/// @file
/// `Notifier` that keeps what it is told.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/export_store.hpp>
#include <dataexport/ports/notifier.hpp>

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Sends nothing and remembers every message in order.
class RecordingNotifier final : public Notifier {
public:
    struct Message {
        Outcome outcome;
        ExportedData record;
    };

    [[nodiscard]] Result<void> success(const ExportedData& record) override { return keep(Outcome::success, record); }
    [[nodiscard]] Result<void> failure(const ExportedData& record) override { return keep(Outcome::failure, record); }

    /// The messages so far.
    [[nodiscard]] std::vector<Message> messages() const {
        const std::scoped_lock lock(mutex_);
        return messages_;
    }
    /// Makes every message fail with `error` and not be remembered; none: makes it work again.
    void fail_with(std::optional<Error> error) {
        const std::scoped_lock lock(mutex_);
        error_ = std::move(error);
    }

private:
    Result<void> keep(Outcome outcome, const ExportedData& record) {
        const std::scoped_lock lock(mutex_);
        if (error_) return *error_;
        messages_.push_back({outcome, record});
        return ok();
    }

    mutable std::mutex mutex_;
    std::vector<Message> messages_;
    std::optional<Error> error_;
};

DATAEXPORT_NAMESPACE_END
