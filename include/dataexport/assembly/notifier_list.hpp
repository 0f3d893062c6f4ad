/// @file
/// Several notifiers as one.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/ports/export_store.hpp>
#include <dataexport/ports/notifier.hpp>

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Hands every message to each of several notifiers, such as mail and a webhook.
///
/// A notifier that asks for another try does not hold up the others; the message is then tried again, by those alone
/// that have not settled it. Which have is known to this object alone: after a crash, all of them send it again, under
/// its old identity.
///
/// Thread safety: as that of the notifiers.
/// Errors: while any of them asks for another try, its error; else that of the first that gave the message up.
class NotifierList final : public Notifier {
public:
    /// @param notifiers are borrowed and have to outlive this.
    explicit NotifierList(std::vector<Notifier*> notifiers) : notifiers_(std::move(notifiers)) {}

    [[nodiscard]] Result<void> success(const ExportedData& record) override { return tell(record, Outcome::success); }
    [[nodiscard]] Result<void> failure(const ExportedData& record) override { return tell(record, Outcome::failure); }

private:
    /// One end of one export: one that failed may be tried again and fail again.
    struct Message {
        TimePoint ended;
        ExportId id;
        Outcome outcome;

        friend auto operator<=>(const Message&, const Message&) = default;
    };
    /// What each notifier has made of a message.
    struct Progress {
        std::vector<bool> settled;
        std::optional<Error> given_up;
    };
    static constexpr std::size_t max_unsettled = 10'000; ///< Beyond it, the oldest are forgotten.

    [[nodiscard]] Result<void> tell(const ExportedData& record, Outcome outcome);
    [[nodiscard]] Progress take(const Message& message);
    void keep(const Message& message, Progress progress);

    std::vector<Notifier*> notifiers_;
    std::mutex mutex_;
    std::map<Message, Progress> unsettled_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/assembly/impl/notifier_list.ipp>
#endif
