/// @file
/// What the adapters on libcurl share: a transfer that keeps to the rules of this library, and its errors as values.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <unistd.h>

#include <curl/curl.h>

DATAEXPORT_NAMESPACE_BEGIN
namespace curl {

struct CloseHandle {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
    void operator()(CURLU* handle) const noexcept { curl_url_cleanup(handle); }
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
    void operator()(char* text) const noexcept { curl_free(text); }
};
using StringList = std::unique_ptr<curl_slist, CloseHandle>;

/// A URL as libcurl understands it, which is who will connect to it.
struct Url {
    std::string text;
    std::string scheme; ///< Lower case.
    std::string host;   ///< A name, or an address in its usual form; no brackets.
    bool has_user = false;
};

/// @return nothing for what is not an absolute URL of a scheme that libcurl knows.
inline std::optional<Url> parse_url(const std::string& text) {
    const std::unique_ptr<CURLU, CloseHandle> parsed(curl_url());
    if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return std::nullopt;
    const auto part = [&](CURLUPart which) {
        char* found = nullptr;
        const bool there = curl_url_get(parsed.get(), which, &found, 0) == CURLUE_OK;
        const std::unique_ptr<char, CloseHandle> owner(found);
        return std::string(there ? found : "");
    };
    Url url{part(CURLUPART_URL), part(CURLUPART_SCHEME), part(CURLUPART_HOST), !part(CURLUPART_USER).empty()};
    if (url.host.starts_with('[') && url.host.ends_with(']')) url.host = url.host.substr(1, url.host.size() - 2);
    return url;
}

/// What every transfer needs to know.
struct Settings {
    std::string url;
    const char* protocols; ///< The only ones that may be spoken, with commas.
    std::string ca_file;   ///< Empty: the machine's.
    std::chrono::milliseconds connect_timeout;
    std::chrono::milliseconds timeout;
};

/// @return `Errc::invalid_configuration` for settings that no transfer could work with.
inline Result<void> check(const Settings& settings) {
    if (settings.timeout.count() <= 0 || settings.connect_timeout.count() <= 0) {
        return Error{Errc::invalid_configuration, "a timeout must be at least a millisecond"};
    }
    if (!settings.ca_file.empty() && ::access(settings.ca_file.c_str(), R_OK) != 0) {
        return Error{Errc::invalid_configuration, "the file of trusted certificates cannot be read"};
    }
    return ok();
}

/// One transfer: no signals, no proxy of the environment, no other protocol, certificates verified, an end in time.
class Transfer {
public:
    explicit Transfer(const Settings& settings) {
        static const CURLcode library = curl_global_init(CURL_GLOBAL_DEFAULT);
        code_ = library;
        handle_.reset(curl_easy_init());
        if (!handle_) code_ = CURLE_OUT_OF_MEMORY;
        set(CURLOPT_URL, settings.url.c_str());
        set(CURLOPT_PROTOCOLS_STR, settings.protocols);
        set(CURLOPT_PROXY, "");
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.timeout.count()));
        if (!settings.ca_file.empty()) set(CURLOPT_CAINFO, settings.ca_file.c_str());
    }

    /// Once an option cannot be set, nothing is transferred: it may be one that keeps us safe.
    template <class Value>
    void set(CURLoption option, Value value) {
        if (code_ == CURLE_OK) code_ = curl_easy_setopt(handle_.get(), option, value);
    }

    [[nodiscard]] CURLcode run() { return code_ == CURLE_OK ? curl_easy_perform(handle_.get()) : code_; }

    /// For those who let it run with others: the handle, and what `run` would give at once if it cannot start.
    [[nodiscard]] CURL* handle() const noexcept { return handle_.get(); }
    [[nodiscard]] CURLcode code() const noexcept { return code_; }

    /// The status of the last answer or reply; 0 if there was none.
    [[nodiscard]] long status() const {
        long status = 0;
        if (handle_) curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
        return status;
    }

private:
    std::unique_ptr<CURL, CloseHandle> handle_;
    CURLcode code_;
};

/// The error of a transfer that got no answer. All of them may pass, but those that lie in what was asked of libcurl.
/// @param peer who did not answer: `the mail server`.
inline Error no_answer(CURLcode code, std::string_view peer) {
    const auto error = [peer](Errc errc, std::string_view what) {
        return Error{errc, std::string(peer) + std::string(what)};
    };
    switch (code) {
    case CURLE_UNKNOWN_OPTION:
    case CURLE_NOT_BUILT_IN:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_URL_MALFORMAT:
        return error(Errc::invalid_configuration, " cannot be talked to in the way that is asked for");
    case CURLE_OUT_OF_MEMORY:
        return error(Errc::out_of_memory, " was not reached: memory ran out");
    case CURLE_OPERATION_TIMEDOUT:
        return error(Errc::timed_out, " did not answer in time");
    case CURLE_COULDNT_RESOLVE_HOST:
        return error(Errc::unavailable, " has a name that cannot be resolved");
    case CURLE_COULDNT_CONNECT:
        return error(Errc::unavailable, " cannot be connected to");
    case CURLE_USE_SSL_FAILED:
        return error(Errc::unavailable, " does not offer a secure connection");
    case CURLE_PEER_FAILED_VERIFICATION:
        return error(Errc::unavailable, " has a certificate that is not trusted");
    default:
        return error(Errc::unavailable, " did not answer");
    }
}

} // namespace curl
DATAEXPORT_NAMESPACE_END
