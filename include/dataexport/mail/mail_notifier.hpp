/// @file
/// What all notifiers that send mail have in common.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/mail/eml.hpp>
#include <dataexport/mail/message.hpp>
#include <dataexport/ports/notifier.hpp>

#include <string>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

/// A `Notifier` that knows which mail to send to whom; how it travels is left to `deliver`.
///
/// An export without a user, without an address or, by now, without a file has nobody to tell or nothing to say:
/// success, and nothing is sent. An address that is none gives the message up with `Errc::invalid_input`.
class MailNotifier : public Notifier {
public:
    /// @param base_url what links begin with: `https://example.com`.
    MailNotifier(std::string base_url, Mailbox from) : base_url_(std::move(base_url)), from_(std::move(from)) {}

    [[nodiscard]] Result<void> success(const ExportedData& record) final {
        if (!record.file || !record.date_finished || !record.date_expired) return ok();
        return send(compose_success(record, base_url_));
    }
    [[nodiscard]] Result<void> failure(const ExportedData& record) final {
        if (!record.error) return ok();
        return send(compose_failure(record));
    }

protected:
    /// Hands the message over, as `Notifier` asks for. @pre `is_mail_address(message.to)`
    [[nodiscard]] virtual Result<void> deliver(const MailMessage& message, const Mailbox& from) = 0;

private:
    [[nodiscard]] Result<void> send(const MailMessage& message) {
        if (message.to.empty()) return ok();
        if (!is_mail_address(message.to)) {
            return Error{Errc::invalid_input, "the user of this export has an address that cannot be mailed"};
        }
        return deliver(message, from_);
    }

    std::string base_url_;
    Mailbox from_;
};

DATAEXPORT_NAMESPACE_END
