#include <dataexport/smtp/smtp_notifier.hpp>

#include "curl/transfer.hpp"

#include <dataexport/mail/mail_notifier.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace {

constexpr std::string_view server = "the mail server";

/// Gives libcurl the text piece by piece.
struct Upload {
    std::string_view left;

    static std::size_t give(char* out, std::size_t size, std::size_t count, void* self) {
        auto& left = static_cast<Upload*>(self)->left;
        const auto length = std::min(size * count, left.size());
        left.copy(out, length);
        left.remove_prefix(length);
        return length;
    }
};

Result<void> result_of(CURLcode code, long reply) {
    if (code == CURLE_OK) return ok();
    const auto replied = [reply](Errc errc) {
        return Error{errc, std::string(server) + " replied " + std::to_string(reply)};
    };
    if (reply >= 500) return replied(code == CURLE_LOGIN_DENIED ? Errc::invalid_configuration : Errc::invalid_input);
    if (reply >= 400) return replied(Errc::unavailable);
    return curl::no_answer(code, server);
}

class SmtpNotifier final : public MailNotifier {
public:
    SmtpNotifier(curl::Settings settings, bool require_tls, Mailbox from, const SmtpNotifierOptions& options)
        : MailNotifier(options.base_url, std::move(from)), settings_(std::move(settings)), require_tls_(require_tls),
          username_(options.username), password_(options.password) {}

private:
    Result<void> deliver(const MailMessage& message, const Mailbox& from) override {
        const auto text = to_eml(message, from, MailPath::seven_bit);
        const auto sender = '<' + from.address + '>';
        const auto recipient = '<' + message.to + '>';
        const curl::StringList recipients(curl_slist_append(nullptr, recipient.c_str()));
        if (!recipients) return curl::no_answer(CURLE_OUT_OF_MEMORY, server);
        Upload upload{text};
        curl::Transfer transfer(settings_);
        transfer.set(CURLOPT_USE_SSL, static_cast<long>(require_tls_ ? CURLUSESSL_ALL : CURLUSESSL_NONE));
        if (!username_.empty()) {
            transfer.set(CURLOPT_USERNAME, username_.c_str());
            transfer.set(CURLOPT_PASSWORD, password_.c_str());
        }
        transfer.set(CURLOPT_MAIL_FROM, sender.c_str());
        transfer.set(CURLOPT_MAIL_RCPT, recipients.get());
        transfer.set(CURLOPT_UPLOAD, 1L);
        transfer.set(CURLOPT_READFUNCTION, &Upload::give);
        transfer.set(CURLOPT_READDATA, &upload);
        const CURLcode code = transfer.run();
        return result_of(code, transfer.status());
    }

    curl::Settings settings_;
    bool require_tls_;
    std::string username_;
    std::string password_;
};

} // namespace

Result<std::unique_ptr<Notifier>> open_smtp_notifier(const SmtpNotifierOptions& options) {
    const auto url = curl::parse_url(options.url);
    if (!url || (url->scheme != "smtp" && url->scheme != "smtps")) {
        return Error{Errc::invalid_configuration, "the URL of a mail server begins with smtp:// or smtps://"};
    }
    auto from = parse_mailbox(options.from);
    if (!from) return from.error();
    curl::Settings settings{url->text, url->scheme == "smtp" ? "smtp" : "smtps", options.ca_file,
                            options.connect_timeout, options.timeout};
    if (auto usable = curl::check(settings); !usable) return usable.error();
    const bool require_tls = options.require_tls.value_or(url->has_user || !options.username.empty());
    return std::make_unique<SmtpNotifier>(std::move(settings), require_tls, std::move(*from), options);
}

DATAEXPORT_NAMESPACE_END
