#include <dataexport/webhook/webhook_notifier.hpp>

#include "curl/transfer.hpp"
#include "webhook/address_policy.hpp"

#include <dataexport/webhook/payload.hpp>
#include <dataexport/webhook/signature.hpp>

#include <cstddef>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace {

constexpr std::string_view receiver = "the receiver of the webhook";

/// Opens the sockets of a transfer, to the addresses that are allowed.
struct Gate {
    bool allow_private = false;
    unsigned opened = 0;
    unsigned refused = 0;

    static curl_socket_t open(void* self, curlsocktype, curl_sockaddr* address) {
        auto& gate = *static_cast<Gate*>(self);
        if (!gate.allow_private && !webhook::is_public(&address->addr)) {
            ++gate.refused;
            return CURL_SOCKET_BAD;
        }
        ++gate.opened;
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }
};

/// Reads what follows the status, up to a limit, and forgets it.
struct Rest {
    static constexpr std::size_t most = 64 * 1024;
    std::size_t bytes = 0;

    static std::size_t take(char*, std::size_t, std::size_t count, void* self) {
        auto& rest = *static_cast<Rest*>(self);
        rest.bytes += count;
        return rest.bytes > most ? 0 : count;
    }
};

Result<void> result_of(long status) {
    if (status >= 200 && status < 300) return ok();
    const auto answered = [status](Errc code) {
        return Error{code, std::string(receiver) + " answered " + std::to_string(status)};
    };
    if (status == 429) return answered(Errc::rate_limited);
    if (status == 408 || status == 425 || status >= 500) return answered(Errc::unavailable);
    return answered(Errc::invalid_configuration);
}

class WebhookNotifier final : public Notifier {
public:
    WebhookNotifier(const Digest& digest, const Clock& clock, curl::Settings settings, WebhookNotifierOptions options)
        : digest_(digest), clock_(clock), settings_(std::move(settings)), options_(std::move(options)) {}

    Result<void> success(const ExportedData& record) override {
        if (!record.file) return ok();
        return send(record, Outcome::success);
    }
    Result<void> failure(const ExportedData& record) override { return send(record, Outcome::failure); }

private:
    [[nodiscard]] Result<void> send(const ExportedData& record, Outcome outcome) const {
        const auto body = to_json(webhook_payload(record, outcome));
        const auto id = webhook_id(record.id, outcome);
        const auto headers = sign_webhook(digest_, options_.secrets, id, clock_.now(), body);
        if (!headers) return headers.error();
        return post(body, *headers);
    }

    [[nodiscard]] Result<void> post(const std::string& body, const WebhookHeaders& headers) const {
        curl::StringList list;
        for (const auto& line :
             {std::string("Content-Type: application/json"), std::string("Expect:"), "webhook-id: " + headers.id,
              "webhook-timestamp: " + headers.timestamp, "webhook-signature: " + headers.signature}) {
            auto* longer = curl_slist_append(list.get(), line.c_str());
            if (longer == nullptr) return curl::no_answer(CURLE_OUT_OF_MEMORY, receiver);
            static_cast<void>(list.release());
            list.reset(longer);
        }
        Gate gate{.allow_private = options_.allow_private_addresses};
        Rest rest;
        curl::Transfer transfer(settings_);
        transfer.set(CURLOPT_USERAGENT, "dataexport/" DATAEXPORT_VERSION);
        transfer.set(CURLOPT_HTTPHEADER, list.get());
        transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        transfer.set(CURLOPT_POSTFIELDS, body.data());
        transfer.set(CURLOPT_OPENSOCKETFUNCTION, &Gate::open);
        transfer.set(CURLOPT_OPENSOCKETDATA, &gate);
        transfer.set(CURLOPT_HEADERFUNCTION, &Rest::take);
        transfer.set(CURLOPT_HEADERDATA, &rest);
        transfer.set(CURLOPT_WRITEFUNCTION, &Rest::take);
        transfer.set(CURLOPT_WRITEDATA, &rest);
        const CURLcode code = transfer.run();
        // Who gave a status has been told, however the rest of the answer went.
        if (const long status = transfer.status(); status >= 200) return result_of(status);
        if (gate.refused > 0 && gate.opened == 0) {
            return Error{Errc::invalid_configuration, std::string(receiver) + " has an address that is not allowed"};
        }
        return curl::no_answer(code, receiver);
    }

    const Digest& digest_;
    const Clock& clock_;
    curl::Settings settings_;
    WebhookNotifierOptions options_;
};

} // namespace

Result<std::unique_ptr<Notifier>> open_webhook_notifier(const Digest& digest, const Clock& clock,
                                                        WebhookNotifierOptions options) {
    const auto refused = [](std::string_view why) { return Error{Errc::invalid_configuration, std::string(why)}; };
    const auto url = curl::parse_url(options.url);
    if (!url || (url->scheme != "https" && url->scheme != "http")) {
        return refused("the URL of a webhook begins with https:// and names a host");
    }
    if (url->scheme == "http" && !options.allow_http) return refused("the URL of a webhook must be https://");
    if (!options.allow_private_addresses && webhook::is_private_literal(url->host)) {
        return refused(std::string(receiver) + " has an address that is not allowed");
    }
    if (auto tried = sign_webhook(digest, options.secrets, "", clock.now(), ""); !tried) return tried.error();
    curl::Settings settings{url->text, options.allow_http ? "http,https" : "https", options.ca_file,
                            options.connect_timeout, options.timeout};
    if (auto usable = curl::check(settings); !usable) return usable.error();
    return std::make_unique<WebhookNotifier>(digest, clock, std::move(settings), std::move(options));
}

DATAEXPORT_NAMESPACE_END
