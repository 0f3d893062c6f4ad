#include "server/notifiers.hpp"

#include "server/place.hpp"

#include <dataexport/mail/eml_notifier.hpp>
#include <dataexport/smtp/smtp_notifier.hpp>
#include <dataexport/webhook/webhook_notifier.hpp>

#include <algorithm>
#include <fstream>
#include <utility>

namespace example {

using namespace dataexport;

namespace {

using OneNotifier = Result<std::unique_ptr<Notifier>>;

/// How long one of them may take: not so long that all together outlast the lease of a message.
std::chrono::milliseconds patience(const NotifierOptions& options) {
    constexpr std::chrono::milliseconds longest{15'000};
    return std::min(longest, options.lease / 3);
}

std::chrono::milliseconds connect_patience(const NotifierOptions& options) {
    constexpr std::chrono::milliseconds longest{5'000};
    return std::min(longest, patience(options));
}

/// The lines of a file that only the operator may read. @param option names the file
Result<std::vector<std::string>> read_secrets(const std::string& option, const std::string& path) {
    std::ifstream file(path);
    std::vector<std::string> secrets;
    for (std::string line; std::getline(file, line);) {
        if (!line.empty()) secrets.push_back(std::move(line));
    }
    if (!secrets.empty()) return secrets;
    return Error{Errc::invalid_configuration, option + ' ' + path + ": a secret is needed in each line"};
}

OneNotifier open_mail(const NotifierOptions& options) {
    if (options.smtp.empty()) {
        auto notifier = open_eml_notifier(
            {.directory = options.mail_folder, .base_url = options.base_url, .from = options.mail_from});
        if (!notifier) return at("mail to " + options.mail_folder, notifier.error());
        return notifier;
    }
    std::string password;
    if (!options.smtp_user.empty()) {
        auto secrets = read_secrets("--smtp-password", options.smtp_password_file);
        if (!secrets) return secrets.error();
        password = std::move(secrets->front());
    }
    auto notifier = open_smtp_notifier({.url = options.smtp,
                                        .username = options.smtp_user,
                                        .password = std::move(password),
                                        .from = options.mail_from,
                                        .base_url = options.base_url,
                                        .ca_file = options.smtp_ca_file,
                                        .connect_timeout = connect_patience(options),
                                        .timeout = patience(options)});
    if (!notifier) return at("--smtp", notifier.error());
    return notifier;
}

OneNotifier open_webhook(const NotifierOptions& options, const Digest& digest, const Clock& clock) {
    auto secrets = read_secrets("--webhook-secret", options.webhook_secret_file);
    if (!secrets) return secrets.error();
    auto notifier = open_webhook_notifier(digest, clock,
                                          {.url = options.webhook,
                                           .secrets = *std::move(secrets),
                                           .allow_http = options.webhook_http,
                                           .allow_private_addresses = options.webhook_private_addresses,
                                           .connect_timeout = connect_patience(options),
                                           .timeout = patience(options)});
    if (!notifier) return at("--webhook", notifier.error());
    return notifier;
}

} // namespace

Result<Notifiers> Notifiers::open(const NotifierOptions& options, const Digest& digest) {
    Notifiers notifiers;
    notifiers.clock_ = std::make_unique<SystemClock>();
    auto mail = open_mail(options);
    if (!mail) return mail.error();
    notifiers.each_.push_back(*std::move(mail));
    if (!options.webhook.empty()) {
        auto webhook = open_webhook(options, digest, *notifiers.clock_);
        if (!webhook) return webhook.error();
        notifiers.each_.push_back(*std::move(webhook));
    }
    std::vector<Notifier*> borrowed;
    for (const auto& notifier : notifiers.each_) {
        borrowed.push_back(notifier.get());
    }
    notifiers.all_ = std::make_unique<NotifierList>(std::move(borrowed));
    return notifiers;
}

} // namespace example
