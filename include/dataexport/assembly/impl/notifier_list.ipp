#pragma once

#include <dataexport/assembly/notifier_list.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::notifier_list {

/// A notifier of the host may throw; the others are told all the same.
inline Result<void> guarded(Notifier& notifier, const ExportedData& record, Outcome outcome) {
    try {
        return outcome == Outcome::success ? notifier.success(record) : notifier.failure(record);
    } catch (...) {
        return Error{Errc::internal, "An exception left a notifier"};
    }
}

} // namespace detail::notifier_list

DATAEXPORT_DECL Result<void> NotifierList::tell(const ExportedData& record, Outcome outcome) {
    const Message message{record.date_finished.value_or(record.date_added), record.id, outcome};
    auto progress = take(message);
    std::optional<Error> again;
    for (std::size_t i = 0; i < notifiers_.size(); ++i) {
        if (progress.settled[i]) continue;
        const auto told = detail::notifier_list::guarded(*notifiers_[i], record, outcome);
        if (!told && retriable(told.error())) {
            if (!again) again = told.error();
            continue;
        }
        progress.settled[i] = true;
        if (!told && !progress.given_up) progress.given_up = told.error();
    }
    if (again) {
        keep(message, std::move(progress));
        return *again;
    }
    if (progress.given_up) return *progress.given_up;
    return ok();
}

DATAEXPORT_DECL NotifierList::Progress NotifierList::take(const Message& message) {
    const std::scoped_lock lock(mutex_);
    if (auto known = unsettled_.extract(message)) return std::move(known.mapped());
    return {std::vector<bool>(notifiers_.size()), std::nullopt};
}

DATAEXPORT_DECL void NotifierList::keep(const Message& message, Progress progress) {
    const std::scoped_lock lock(mutex_);
    unsettled_.insert_or_assign(message, std::move(progress));
    if (unsettled_.size() > max_unsettled) unsettled_.erase(unsettled_.begin());
}

DATAEXPORT_NAMESPACE_END
