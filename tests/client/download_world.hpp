/// @file
/// A server of one file whose connections break when a test says so, and what stands around a download from it.
#pragma once

#include <dataexport/client/download_target.hpp>
#include <dataexport/client/resumable_download.hpp>
#include <dataexport/memory/memory_digest.hpp>
#include <dataexport/testing/manual_clock.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace client_test {

using namespace dataexport;

/// Runs everything at once, and remembers what was to be later.
class HastyExecutor final : public client::Executor {
public:
    void post_after(std::chrono::milliseconds delay, std::function<void()> task) override {
        delays.push_back(delay.count());
        task();
    }
    std::vector<std::int64_t> delays;
};

/// Answers as the API does, and can do less or worse.
class FileServer final : public client::Transport {
public:
    explicit FileServer(std::string content) : file(std::move(content)) {}

    Result<client::ApiAnswer> send(const client::ApiRequest& request, std::stop_token stop,
                                   client::BodySink* sink) override {
        if (stop.stop_requested()) return Error{Errc::cancelled, "the call was given up"};
        requests.push_back(request);
        if (!instead.empty()) {
            auto answer = std::move(instead.front());
            instead.pop_front();
            if (!answer) return answer;
            return deliver(*std::move(answer), sink);
        }
        return deliver(answer(request), sink);
    }

    /// The `Range` and `If-Range` of each request.
    [[nodiscard]] std::vector<std::string> ranges() const {
        std::vector<std::string> out;
        for (const auto& request : requests) {
            out.push_back(std::string(request.headers.find("Range").value_or("-")) + ' ' +
                          std::string(request.headers.find("If-Range").value_or("-")));
        }
        return out;
    }

    std::string file;
    std::string etag = "\"one\"";
    bool ranges_work = true;
    std::deque<std::size_t> cuts;                             ///< After how many bytes answers break off.
    std::deque<Result<client::ApiAnswer>> instead;            ///< What is answered first, whatever is asked for.
    std::function<void(client::ApiAnswer&)> change = nullptr; ///< The last word on each head.
    std::vector<client::ApiRequest> requests;
    std::uint64_t sent = 0; ///< Bytes of bodies.

private:
    [[nodiscard]] client::ApiAnswer answer(const client::ApiRequest& request) const {
        client::ApiAnswer out{.status = 200, .headers = {{"ETag", etag}}};
        const auto total = std::to_string(file.size());
        std::size_t first = 0;
        const auto range = request.headers.find("Range");
        if (range && ranges_work && request.headers.find("If-Range").value_or(etag) == etag) {
            first = std::stoul(std::string(range->substr(range->find('=') + 1)));
            if (first >= file.size()) {
                out.status = 416;
                out.headers.add("Content-Range", "bytes */" + total);
                return out;
            }
            out.status = 206;
            out.headers.add("Content-Range",
                            "bytes " + std::to_string(first) + '-' + std::to_string(file.size() - 1) + '/' + total);
        }
        out.headers.add("Content-Disposition", "attachment; filename=\"a.csv\"");
        out.headers.add("Content-Length", std::to_string(file.size() - first));
        out.body = file.substr(first);
        return out;
    }

    Result<client::ApiAnswer> deliver(client::ApiAnswer answer, client::BodySink* sink) {
        if (change) change(answer);
        auto body = std::move(answer.body);
        answer.body.clear();
        const bool cut = !cuts.empty() && cuts.front() < body.size();
        if (cut) body.resize(cuts.front());
        if (!cuts.empty()) cuts.pop_front();
        sent += body.size();
        if (sink != nullptr && sink->begin(answer)) {
            for (std::size_t i = 0; i < body.size(); i += 7) {
                if (!sink->write(std::string_view(body).substr(i, 7))) return Error{Errc::cancelled, "no more"};
            }
        } else {
            answer.body = std::move(body);
        }
        if (cut) return Error{Errc::unavailable, "the server's answer broke off"};
        return answer;
    }
};

/// A target in memory that survives the download, as a file would.
struct Drawer {
    std::string etag{};
    std::string bytes{};
    bool finished = false;
    std::optional<Error> full{}; ///< What `append` fails with.
};

class DrawerTarget final : public client::DownloadTarget {
public:
    explicit DrawerTarget(Drawer& drawer) : drawer_(drawer) {}

    Result<Kept> kept() override { return Kept{drawer_.etag, drawer_.bytes.size()}; }
    Result<void> read(const std::function<void(std::string_view)>& take) override {
        take(drawer_.bytes);
        return ok();
    }
    Result<void> start(std::string_view etag) override {
        drawer_.etag = etag;
        drawer_.bytes.clear();
        return ok();
    }
    Result<void> append(std::string_view bytes) override {
        if (drawer_.full) return *drawer_.full;
        drawer_.bytes += bytes;
        return ok();
    }
    Result<void> finish() override {
        drawer_.finished = true;
        return ok();
    }

private:
    Drawer& drawer_;
};

/// What a download needs.
struct World {
    explicit World(const std::string& content) : server(content) {}

    FileServer server;
    HastyExecutor executor;
    testing::ManualClock clock{TimePoint{}};
    MemoryDigest digest;
    double jitter = 1; ///< Every wait is as long as it may be.

    [[nodiscard]] client::DownloadPorts ports() {
        return {server, executor, clock, digest, [this] { return jitter; }};
    }
    [[nodiscard]] std::string checksum(const std::string& bytes) const { return to_hex(sha256(digest, bytes)); }

    client::ApiResult<client::Downloaded> get(client::DownloadTarget& target, const std::string& checksum = "",
                                              const client::DownloadOptions& options = {}, std::stop_token stop = {}) {
        return client::resumable_download(ports(), {.url = "/file"}, checksum, target, options, stop);
    }
    client::ApiResult<client::Downloaded> get(Drawer& drawer, const std::string& checksum = "") {
        DrawerTarget target(drawer);
        return get(target, checksum);
    }
};

} // namespace client_test
