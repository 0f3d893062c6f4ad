/// @file
/// Who is told how exports ended, and how: mail, and a webhook.
#pragma once

#include <dataexport/assembly/notifier_list.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/clock.hpp>
#include <dataexport/ports/digest.hpp>
#include <dataexport/ports/notifier.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace example {

/// How messages go out. `webhook_http` and `webhook_private_addresses` are said at `WebhookNotifierOptions`.
struct NotifierOptions {
    std::string mail_folder;        ///< Where mail goes as files, unless there is a mail server.
    std::string smtp;               ///< URL of a mail server; empty: none.
    std::string smtp_user;          ///< Who logs in to it; empty: nobody, unless the URL says.
    std::string smtp_password_file; ///< Its first line is the password.
    std::string smtp_ca_file;       ///< Certificates that are trusted; empty: those that the machine trusts.
    std::string mail_from = "Data exports <exports@localhost>";
    std::string webhook;             ///< URL that is told about ends; empty: none.
    std::string webhook_secret_file; ///< What its messages are signed with: secrets for `sign_webhook`, one a line.
    bool webhook_http = false;
    bool webhook_private_addresses = false;
    std::string base_url;                                      ///< What links begin with.
    std::chrono::milliseconds lease{std::chrono::seconds{30}}; ///< Sending a message takes less than this.
};

/// The notifiers of a server as one.
class Notifiers {
public:
    /// @param digest is borrowed. @return `Errc::invalid_configuration` that names the option.
    [[nodiscard]] static dataexport::Result<Notifiers> open(const NotifierOptions& options,
                                                            const dataexport::Digest& digest);

    [[nodiscard]] dataexport::Notifier& all() const noexcept { return *all_; }

private:
    std::unique_ptr<dataexport::SystemClock> clock_; ///< Receivers look at the time of messages; it is never frozen.
    std::vector<std::unique_ptr<dataexport::Notifier>> each_;
    std::unique_ptr<dataexport::NotifierList> all_;
};

} // namespace example
