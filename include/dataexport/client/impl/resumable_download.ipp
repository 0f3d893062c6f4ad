#pragma once

#include <dataexport/client/pause.hpp>
#include <dataexport/client/resumable_download.hpp>
#include <dataexport/core/parse_integer.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

namespace detail::resumable_download {

/// `bytes 5-9/10` or `bytes */10` (RFC 9110, section 14.4).
struct ContentRange {
    std::optional<std::uint64_t> first;
    std::optional<std::uint64_t> total;
};

inline ContentRange content_range(const Headers& headers) {
    constexpr std::string_view unit = "bytes ";
    auto text = headers.find("Content-Range").value_or("");
    const auto slash = text.find('/');
    if (!text.starts_with(unit) || slash == std::string_view::npos) return {};
    const auto range = text.substr(unit.size(), slash - unit.size());
    return {parse_integer<std::uint64_t>(range.substr(0, range.find('-'))),
            parse_integer<std::uint64_t>(text.substr(slash + 1))};
}

/// A tag that promises equal bytes; empty without one.
inline std::string strong_etag(const Headers& headers) {
    const auto etag = headers.find("ETag").value_or("");
    return etag.starts_with('"') ? std::string(etag) : "";
}

/// The `sha-256` of `Repr-Digest` as base64 (RFC 9530, section 3); empty without one.
inline std::string repr_digest(const Headers& headers) {
    constexpr std::string_view begin = "sha-256=:";
    const auto text = headers.find("Repr-Digest").value_or("");
    const auto at = text.find(begin);
    if (at == std::string_view::npos) return {};
    const auto rest = text.substr(at + begin.size());
    return std::string(rest.substr(0, rest.find(':')));
}

/// The file as far as it is here.
struct State {
    std::string etag; ///< Empty: it cannot be resumed.
    std::uint64_t bytes = 0;
    std::optional<std::uint64_t> total;
    std::unique_ptr<Sha256State> hash;
    std::string digest; ///< What `Repr-Digest` promised.
};

/// Takes one answer: adds its bytes to what is here.
class Receiver final : public BodySink {
public:
    Receiver(State& state, DownloadTarget& target, const Digest& digest, const DownloadOptions& options)
        : state_(state), target_(target), digest_(digest), options_(options) {}

    bool begin(const ApiAnswer& head) override {
        const auto etag = strong_etag(head.headers);
        const bool same = !etag.empty() && etag == state_.etag;
        const auto range = content_range(head.headers);
        if (head.status == 206) {
            is_file_ = same && range.first == state_.bytes;
            if (is_file_) state_.total = range.total;
        } else if (head.status == 200 && head.headers.find("Content-Disposition")) {
            is_file_ = true;
            if (same) {
                to_skip_ = state_.bytes;
            } else {
                start(etag);
            }
            state_.total = parse_integer<std::uint64_t>(head.headers.find("Content-Length").value_or(""));
        }
        if (is_file_) state_.digest = repr_digest(head.headers);
        return is_file_;
    }

    bool write(std::string_view bytes) override {
        const auto skipped = std::min<std::uint64_t>(to_skip_, bytes.size());
        to_skip_ -= skipped;
        bytes.remove_prefix(static_cast<std::size_t>(skipped));
        if (!error_ && !bytes.empty()) append(bytes);
        return !error_;
    }

    /// Whether the answer was the file or the part of it that was asked for.
    [[nodiscard]] bool is_file() const noexcept { return is_file_; }
    /// Whether bytes have come that were not here before.
    [[nodiscard]] bool got_bytes() const noexcept { return got_bytes_; }
    /// Whether the answer was another file than what was here, or there was nothing.
    [[nodiscard]] bool started() const noexcept { return started_; }
    /// Why the target could not take them.
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

private:
    void start(const std::string& etag) {
        if (auto started = target_.start(etag); !started) error_ = started.error();
        started_ = true;
        state_.etag = etag;
        state_.bytes = 0;
        state_.hash = digest_.sha256();
    }

    void append(std::string_view bytes) {
        if (auto appended = target_.append(bytes); !appended) {
            error_ = appended.error();
            return;
        }
        got_bytes_ = true;
        state_.hash->update(bytes);
        state_.bytes += bytes.size();
        if (options_.on_progress) options_.on_progress({state_.bytes, state_.total});
    }

    State& state_;
    DownloadTarget& target_;
    const Digest& digest_;
    const DownloadOptions& options_;
    bool is_file_ = false;
    bool started_ = false;
    bool got_bytes_ = false;
    std::uint64_t to_skip_ = 0;
    std::optional<Error> error_;
};

class Download {
public:
    Download(const DownloadPorts& ports, const ApiRequest& request, const std::string& checksum, DownloadTarget& target,
             const DownloadOptions& options, std::stop_token stop)
        : ports_(ports), request_(request), checksum_(checksum), target_(target), options_(options),
          stop_(std::move(stop)) {}

    [[nodiscard]] ApiResult<Downloaded> run() {
        if (auto opened = open(); !opened) return client::api_error(opened.error());
        auto got = get();
        if (got && !is_right() && result_.kept > 0) { // What was kept is to blame, or the file has changed under it.
            forget();
            got = get();
        }
        if (!got) return got.error();
        if (!is_right()) {
            forget();
            return client::api_error(
                Error{Errc::checksum_mismatch, "the file that came is not the one that was promised"});
        }
        if (auto finished = target_.finish(); !finished) return client::api_error(finished.error());
        result_.bytes = state_.bytes;
        result_.checksum = to_hex(state_.hash->finish());
        return result_;
    }

private:
    /// Takes up what an earlier run has kept.
    [[nodiscard]] Result<void> open() {
        state_.hash = ports_.digest.sha256();
        auto kept = target_.kept();
        if (!kept) return kept.error();
        if (kept->etag.empty() || kept->bytes == 0) return ok();
        std::uint64_t bytes = 0;
        auto read = target_.read([&](std::string_view piece) {
            state_.hash->update(piece);
            bytes += piece.size();
        });
        if (!read) return read.error();
        state_.etag = kept->etag;
        state_.bytes = result_.kept = bytes;
        return ok();
    }

    /// Nothing is asked for with a range from here on; the target forgets when the next answer comes.
    void forget() {
        state_.etag.clear();
        state_.total.reset();
        static_cast<void>(target_.start("")); // Where that is refused, so is the next answer.
    }

    /// Asks until the file has come to its end.
    [[nodiscard]] ApiResult<void> get() {
        for (unsigned failures = 0;;) {
            Receiver receiver(state_, target_, ports_.digest, options_);
            const auto answer = ports_.transport.send(next_request(), stop_, &receiver);
            if (receiver.error()) return client::api_error(*receiver.error());
            if (receiver.started()) result_.kept = 0;
            if (answer && receiver.is_file() && (!state_.total || *state_.total == state_.bytes)) return {};
            if (answer && !receiver.is_file() && is_all(*answer)) return {};
            const auto error = answer ? error_of(*answer, receiver.is_file()) : client::api_error(answer.error());
            if (receiver.is_file()) ++result_.breaks;
            failures = receiver.got_bytes() ? 1 : failures + 1;
            const auto delay = retry_delay(options_.retry, failures, error, ports_.jitter);
            if (!delay) return error;
            if (!pause(ports_.executor, *delay, stop_))
                return client::api_error({Errc::cancelled, "the download was given up"});
        }
    }

    [[nodiscard]] ApiRequest next_request() const {
        auto request = request_;
        if (state_.etag.empty() || state_.bytes == 0) return request;
        request.headers.set("Range", "bytes=" + std::to_string(state_.bytes) + '-');
        request.headers.set("If-Range", state_.etag);
        return request;
    }

    /// Whether the server has nothing after what is here, since that is all of it.
    [[nodiscard]] bool is_all(const ApiAnswer& answer) {
        if (answer.status != 416 || strong_etag(answer.headers) != state_.etag) return false;
        state_.total = content_range(answer.headers).total;
        return state_.total == state_.bytes;
    }

    /// Why an answer did not complete the file. A range that was answered with something else is not asked for again.
    [[nodiscard]] ApiError error_of(const ApiAnswer& answer, bool is_file) {
        if (is_file) return client::api_error(Error{Errc::unavailable, "the file ended before its end"});
        if (answer.status == 206 || answer.status == 412 || answer.status == 416) {
            forget();
            return client::api_error(Error{Errc::unavailable, "the server did not send the part that was asked for"});
        }
        if (answer.status == 200)
            return client::api_error(Error{Errc::gone, "the server does not have the file any more"});
        return client::api_error(answer, ports_.clock.now());
    }

    [[nodiscard]] bool is_right() const {
        const auto hash = state_.hash->finish();
        if (!checksum_.empty()) return to_hex(hash) == checksum_;
        const std::string_view bytes(reinterpret_cast<const char*>(hash.data()), hash.size());
        return state_.digest.empty() || to_base64(bytes) == state_.digest;
    }

    const DownloadPorts& ports_;
    const ApiRequest& request_;
    const std::string& checksum_;
    DownloadTarget& target_;
    const DownloadOptions& options_;
    std::stop_token stop_;
    State state_;
    Downloaded result_;
};

} // namespace detail::resumable_download

DATAEXPORT_DECL ApiResult<Downloaded> resumable_download(const DownloadPorts& ports, const ApiRequest& request,
                                                         const std::string& checksum, DownloadTarget& target,
                                                         const DownloadOptions& options, std::stop_token stop) {
    return detail::resumable_download::Download(ports, request, checksum, target, options, std::move(stop)).run();
}

} // namespace client
DATAEXPORT_NAMESPACE_END
