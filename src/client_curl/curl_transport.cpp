#include <dataexport/client/curl_transport.hpp>

#include "client_curl/answer_reader.hpp"
#include "client_curl/session_pool.hpp"
#include "client_curl/target.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

namespace {

using client_curl::AnswerReader;
using client_curl::Target;

constexpr std::string_view peer = "the server";

bool fits_field(std::string_view text) noexcept {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

/// Whether a field can be sent: its name is a token (RFC 9110, section 5.6.2), its value has one line.
bool can_be_sent(const std::pair<std::string, std::string>& field) noexcept {
    constexpr std::string_view token = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return !field.first.empty() && field.first.find_first_not_of(token) == std::string::npos &&
           fits_field(field.second);
}

bool is_secret(std::string_view name) noexcept {
    for (const std::string_view secret : {"Authorization", "Cookie", "Proxy-Authorization"}) {
        if (detail::equal_ignoring_case(name, secret)) return true;
    }
    return false;
}

bool holds_secrets(const Headers& headers) noexcept {
    return std::any_of(headers.begin(), headers.end(), [](const auto& field) { return is_secret(field.first); });
}

/// Whether secrets may be sent there.
bool is_safe(const Target& target, const CurlTransportOptions& options) noexcept {
    return target.secure || target.local || options.allow_http;
}

constexpr const char* http_not_allowed = "credentials go to another host by https, unless http is allowed";

bool add_line(curl::StringList& list, const std::string& line) {
    auto* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return false;
    static_cast<void>(list.release());
    list.reset(longer);
    return true;
}

bool add_field(curl::StringList& list, const std::pair<std::string, std::string>& field) {
    return add_line(list, field.second.empty() ? field.first + ';' : field.first + ": " + field.second);
}

std::size_t take_line(char* data, std::size_t, std::size_t size, void* reader) {
    return static_cast<AnswerReader*>(reader)->line({data, size}) ? size : 0;
}

std::size_t take_piece(char* data, std::size_t, std::size_t size, void* reader) {
    return static_cast<AnswerReader*>(reader)->piece({data, size}) ? size : 0;
}

class CurlTransport final : public Transport {
public:
    CurlTransport(CurlTransportOptions options, Target base) : options_(std::move(options)), base_(std::move(base)) {
        while (base_.url.ends_with('/')) {
            base_.url.pop_back();
        }
    }

    Result<ApiAnswer> send(const ApiRequest& request, std::stop_token stop, BodySink* sink) override {
        if (!request.url.starts_with('/')) return Error{Errc::invalid_input, "a URL must begin with /"};
        for (const auto& field : request.headers) {
            if (!can_be_sent(field)) return Error{Errc::invalid_input, "a header field cannot be sent as it is"};
        }
        if (holds_secrets(request.headers) && !is_safe(base_, options_)) {
            return Error{Errc::invalid_input, http_not_allowed};
        }
        auto session = sessions_.take();
        auto answer = send(*session, request, stop, sink);
        sessions_.put_back(std::move(session));
        return answer;
    }

private:
    [[nodiscard]] Result<ApiAnswer> send(client_curl::Session& session, const ApiRequest& request,
                                         const std::stop_token& stop, BodySink* sink) const {
        const bool follows = request.method == "GET" || request.method == "HEAD";
        auto target = client_curl::target_of("", base_.url + request.url);
        if (!target || target->origin != base_.origin) return Error{Errc::invalid_input, "a URL cannot be used"};
        for (int redirects_left = 5;; --redirects_left) {
            AnswerReader reader(sink, options_.most_body, follows && redirects_left > 0);
            if (auto sent = send_to(*target, session, request, stop, sink != nullptr, reader); !sent) {
                return sent.error();
            }
            auto next = client_curl::target_of(target->url, std::string(reader.redirect()));
            if (reader.redirect().empty()) return reader.take();
            if (!next || (target->secure && !next->secure)) return reader.take();
            target = std::move(next);
        }
    }

    /// One request to one place, and its answer into `reader`.
    [[nodiscard]] Result<void> send_to(const Target& target, client_curl::Session& session, const ApiRequest& request,
                                       const std::stop_token& stop, bool streams, AnswerReader& reader) const {
        curl::StringList fields;
        if (!collect_fields(fields, request, target.origin == base_.origin)) {
            return curl::no_answer(CURLE_OUT_OF_MEMORY, peer);
        }
        curl::Transfer transfer(
            {target.url, "http,https", options_.ca_file, options_.connect_timeout, options_.timeout});
        if (streams) {
            transfer.set(CURLOPT_TIMEOUT_MS, 0L);
            transfer.set(CURLOPT_LOW_SPEED_LIMIT, 1L);
            transfer.set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.stall_timeout.count()));
        }
        if (!options_.proxy) transfer.set(CURLOPT_PROXY, static_cast<const char*>(nullptr));
        if (options_.proxy && !options_.proxy->empty()) transfer.set(CURLOPT_PROXY, options_.proxy->c_str());
        transfer.set(CURLOPT_USERAGENT, "dataexport/" DATAEXPORT_VERSION);
        transfer.set(CURLOPT_PATH_AS_IS, 1L);
        transfer.set(CURLOPT_HTTPHEADER, fields.get());
        transfer.set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
        transfer.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        transfer.set(CURLOPT_BUFFERSIZE, 256L * 1024);
        set_method(transfer, request);
        transfer.set(CURLOPT_HEADERFUNCTION, &take_line);
        transfer.set(CURLOPT_HEADERDATA, &reader);
        transfer.set(CURLOPT_WRITEFUNCTION, &take_piece);
        transfer.set(CURLOPT_WRITEDATA, &reader);
        const auto code = session.run(transfer, stop);
        if (!code) return stopped();
        if (*code != CURLE_OK) return failure(*code, reader);
        reader.finish();
        return ok();
    }

    [[nodiscard]] bool collect_fields(curl::StringList& list, const ApiRequest& request, bool at_home) const {
        // What libcurl would add by itself.
        if (!add_line(list, "Expect:")) return false;
        if (!request.headers.find("Content-Type") && !add_line(list, "Content-Type:")) return false;
        for (const auto& field : request.headers) {
            if ((at_home || !is_secret(field.first)) && !add_field(list, field)) return false;
        }
        if (!at_home) return true;
        for (const auto& field : options_.headers) {
            if (!request.headers.find(field.first) && !add_field(list, field)) return false;
        }
        return true;
    }

    static void set_method(curl::Transfer& transfer, const ApiRequest& request) {
        if (request.method == "HEAD") return transfer.set(CURLOPT_NOBODY, 1L);
        if (request.method == "POST" || !request.body.empty()) {
            transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
            transfer.set(CURLOPT_POSTFIELDS, request.body.data());
        }
        transfer.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }

    [[nodiscard]] static Error stopped() { return {Errc::cancelled, "the call was given up"}; }

    [[nodiscard]] static Error failure(CURLcode code, const AnswerReader& reader) {
        if (reader.end() == AnswerReader::End::too_large) return {Errc::too_large, "the server's answer is too large"};
        if (reader.end() == AnswerReader::End::sink_stopped) return stopped();
        if (code == CURLE_OPERATION_TIMEDOUT || reader.answer().status == 0) return curl::no_answer(code, peer);
        return {Errc::unavailable, "the server's answer broke off"};
    }

    CurlTransportOptions options_;
    Target base_;
    client_curl::SessionPool sessions_;
};

} // namespace

Result<std::unique_ptr<Transport>> open_curl_transport(CurlTransportOptions options) {
    const auto refused = [](std::string_view why) { return Error{Errc::invalid_configuration, std::string(why)}; };
    auto base = client_curl::target_of("", options.base_url);
    if (!base || !base->plain) {
        return refused("the URL of the server begins with https:// or http:// and has no user, query or fragment");
    }
    for (const auto& field : options.headers) {
        if (!can_be_sent(field)) return refused("a header field cannot be sent as it is");
    }
    if (holds_secrets(options.headers) && !is_safe(*base, options)) return refused(http_not_allowed);
    if (options.stall_timeout.count() <= 0) return refused("a timeout must be at least a second");
    const curl::Settings settings{base->url, "http,https", options.ca_file, options.connect_timeout, options.timeout};
    if (auto checked = curl::check(settings); !checked) return checked.error();
    return std::unique_ptr<Transport>(new CurlTransport(std::move(options), *std::move(base)));
}

} // namespace client
DATAEXPORT_NAMESPACE_END
