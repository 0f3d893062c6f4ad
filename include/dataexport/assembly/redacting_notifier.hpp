/// @file
/// Keeps secrets of requests out of messages.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/ports/notifier.hpp>

#include <functional>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

/// Hands every message on, after the query info was passed through a function of the host: for hosts whose requests may
/// hold values that must not leave in a mail or a webhook. Logs and metrics never hold query infos.
///
/// Thread safety: as that of the function and of the notifier behind it.
class RedactingNotifier final : public Notifier {
public:
    using Redact = std::function<json::object(json::object query_info)>;

    /// @param notifier is borrowed and has to outlive this. @pre `redact` is callable
    RedactingNotifier(Notifier& notifier, Redact redact) : notifier_(notifier), redact_(std::move(redact)) {}

    [[nodiscard]] Result<void> success(const ExportedData& record) override {
        return notifier_.success(redacted(record));
    }
    [[nodiscard]] Result<void> failure(const ExportedData& record) override {
        return notifier_.failure(redacted(record));
    }

private:
    [[nodiscard]] ExportedData redacted(ExportedData record) const {
        record.query_info = redact_(std::move(record.query_info));
        return record;
    }

    Notifier& notifier_;
    Redact redact_;
};

DATAEXPORT_NAMESPACE_END
