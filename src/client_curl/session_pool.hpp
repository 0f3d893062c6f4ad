/// @file
/// Open connections, lent to one call at a time.
#pragma once

#include "curl/transfer.hpp"

#include <dataexport/core/config.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace client_curl {

struct CloseMulti {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};

/// The connections of one call and of those that came before it, in a form that can be woken.
class Session {
public:
    Session() : multi_(curl_multi_init()) {}

    /// Runs a transfer to its end. @return nothing if `stop` was requested first.
    [[nodiscard]] std::optional<CURLcode> run(const curl::Transfer& transfer, const std::stop_token& stop) {
        if (transfer.code() != CURLE_OK) return transfer.code();
        if (!multi_) return CURLE_OUT_OF_MEMORY;
        const Part part{multi_.get(), transfer.handle()};
        const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_.get()); });
        for (int running = 1; running > 0;) {
            if (stop.stop_requested()) return std::nullopt;
            if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
            if (running > 0) curl_multi_poll(multi_.get(), nullptr, 0, longest_sleep, nullptr);
        }
        int left = 0;
        const auto* message = curl_multi_info_read(multi_.get(), &left);
        return message != nullptr ? message->data.result : CURLE_OUT_OF_MEMORY;
    }

private:
    static constexpr int longest_sleep = 1000; // Milliseconds; libcurl asks for less where it has to.

    /// A transfer belongs to the session while it runs.
    struct Part {
        CURLM* multi;
        CURL* easy;
        Part(CURLM* of, CURL* handle) : multi(of), easy(handle) { curl_multi_add_handle(multi, easy); }
        ~Part() { curl_multi_remove_handle(multi, easy); }
        Part(const Part&) = delete;
        Part& operator=(const Part&) = delete;
    };

    std::unique_ptr<CURLM, CloseMulti> multi_;
};

/// As many sessions as there were calls at the same time. A call gets the one that was used last.
class SessionPool {
public:
    [[nodiscard]] std::unique_ptr<Session> take() {
        const std::scoped_lock lock(mutex_);
        if (idle_.empty()) return std::make_unique<Session>();
        auto session = std::move(idle_.back());
        idle_.pop_back();
        return session;
    }
    void put_back(std::unique_ptr<Session> session) {
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(session));
    }

private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Session>> idle_;
};

} // namespace client_curl
DATAEXPORT_NAMESPACE_END
