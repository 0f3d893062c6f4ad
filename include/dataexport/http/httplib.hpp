/// @file
/// The endpoints on a server of cpp-httplib. It rests on how 0.11 treats ranges and bodies.
#pragma once

#include <dataexport/api/endpoints.hpp>
#include <dataexport/api/message.hpp>
#include <dataexport/api/open_body.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/ports/file_store.hpp>

#include <httplib.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace http {

/// What the server read, as the endpoints take it.
[[nodiscard]] inline Request to_request(const httplib::Request& from, std::string body) {
    Request request;
    request.method = from.method;
    request.path = from.path;
    request.query.assign(from.params.begin(), from.params.end());
    for (const auto& [name, value] : from.headers) {
        request.headers.add(name, value);
    }
    request.body = std::move(body);
    return request;
}

} // namespace http

namespace detail::http_httplib {

/// Sends a body that is in memory. A provider without a length, because httplib compresses other bodies and cuts
/// ranges out of them by itself.
inline httplib::ContentProviderWithoutLength text_provider(std::string text) {
    return [text = std::move(text)](std::size_t, httplib::DataSink& sink) {
        if (!sink.write(text.data(), text.size())) return false;
        sink.done();
        return true;
    };
}

/// Sends a slice of a file, one block for each call: `write` returns when the socket has taken the block.
class FileProvider {
public:
    FileProvider(FileStore& files, const FileBody& body) : buffer_(std::make_shared<std::vector<char>>()) {
        auto opened = OpenBody::open(files, body);
        if (!opened) return;
        body_ = std::make_shared<OpenBody>(std::move(*opened));
        buffer_->resize(body.length < block_bytes ? static_cast<std::size_t>(body.length) : block_bytes);
    }

    bool operator()(std::size_t, httplib::DataSink& sink) {
        if (!body_) return false;
        if (body_->left() == 0) {
            sink.done();
            return true;
        }
        const auto got = body_->read(*buffer_);
        return got && sink.write(buffer_->data(), *got);
    }

private:
    static constexpr std::size_t block_bytes = 256 * 1024;

    std::shared_ptr<OpenBody> body_; ///< Shared, because httplib copies providers; null: the file has gone.
    std::shared_ptr<std::vector<char>> buffer_;
};

inline void set_body(httplib::Response& to, Response& from, FileStore& files) {
    const auto type = std::string(from.headers.find("Content-Type").value_or("application/octet-stream"));
    if (const auto* file = std::get_if<FileBody>(&from.body)) {
        to.set_content_provider(type, FileProvider(files, *file));
    } else if (auto& text = std::get<std::string>(from.body); !text.empty()) {
        to.set_content_provider(type, text_provider(std::move(text)));
    }
}

inline void fill(httplib::Response& to, Response from, FileStore& files) {
    to.status = from.status;
    set_body(to, from, files);
    for (const auto& [name, value] : from.headers) {
        if (!equal_ignoring_case(name, "Content-Type")) to.set_header(name, value);
    }
}

/// Hides the ranges that httplib found from httplib, which would turn several of them into a multipart answer.
inline void forget_ranges(const httplib::Request& request) {
    const_cast<httplib::Request&>(request).ranges.clear(); // the server's own object, which is not const
}

/// Hides the encoding of a body from httplib, which would decode it, however large it became; shows it again at the
/// end, for the endpoints to refuse.
class EncodingHidden {
public:
    explicit EncodingHidden(const httplib::Request& request)
        : headers_(const_cast<httplib::Request&>(request).headers) { // as above
        const auto [first, last] = headers_.equal_range(name);
        hidden_.insert(first, last);
        headers_.erase(first, last);
    }
    ~EncodingHidden() { headers_.merge(hidden_); }
    EncodingHidden(const EncodingHidden&) = delete;
    EncodingHidden& operator=(const EncodingHidden&) = delete;

private:
    static constexpr const char* name = "Content-Encoding";

    httplib::Headers& headers_;
    httplib::Headers hidden_;
};

/// Reads a body as it is sent, and keeps at most one byte more than the endpoints accept; the rest is read and dropped,
/// so that the connection can go on.
inline bool read_body(const httplib::Request& request, const httplib::ContentReader& read, std::size_t most,
                      std::string& body) {
    if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding")) return true;
    const EncodingHidden encoding(request);
    return read([&](const char* data, std::size_t size) {
        const auto room = most + 1 - body.size();
        body.append(data, size < room ? size : room);
        return true;
    });
}

/// Answers 400 and lets httplib close the connection: what follows on it is not known to be a request.
inline void refuse_body(httplib::Response& response) {
    static constexpr std::string_view text = R"({"detail":"The request body could not be read."})";
    response.status = 400;
    response.set_header("Connection", "close");
    response.set_header("Content-Length", std::to_string(text.size()));
    response.set_content_provider("application/json", [](std::size_t, httplib::DataSink& sink) {
        sink.write(text.data(), text.size());
        return false;
    });
}

} // namespace detail::http_httplib

namespace http {

/// Answers a request that has no body, or whose body was read.
inline void answer(const httplib::Request& request, httplib::Response& response, const Endpoints& endpoints,
                   FileStore& files, std::string body = {}) {
    detail::http_httplib::forget_ranges(request);
    detail::http_httplib::fill(response, endpoints.handle(to_request(request, std::move(body))), files);
}

/// Whether an error of the server is that it refused a `Range` which the endpoints ignore: httplib answers 416 to every
/// range that it cannot read, before it looks for a handler.
[[nodiscard]] inline bool is_refused_range(const httplib::Request& request, const httplib::Response& response) {
    return response.status == 416 && !response.has_header("Content-Range") &&
           (request.method == "GET" || request.method == "HEAD") && request.path.starts_with("/api/0/organizations/") &&
           request.path.find("/data-export") != std::string::npos;
}

/// Puts the endpoints on a server, below `/api/0/organizations/`.
///
/// It takes the server's error handler. A program that needs one of its own sets it after this call and begins it with
/// `if (is_refused_range(request, response)) answer(request, response, endpoints, files)`, and
/// `HandlerResponse::Handled` as its result then.
///
/// @param endpoints and `files` must live longer than the server runs.
inline void mount(httplib::Server& server, const Endpoints& endpoints, FileStore& files) {
    const auto plain = [&endpoints, &files](const httplib::Request& request, httplib::Response& response) {
        answer(request, response, endpoints, files);
    };
    const auto with_body = [&endpoints, &files](const httplib::Request& request, httplib::Response& response,
                                                const httplib::ContentReader& read) {
        std::string body;
        if (detail::http_httplib::read_body(request, read, endpoints.max_body_bytes(), body)) {
            answer(request, response, endpoints, files, std::move(body));
        } else {
            detail::http_httplib::refuse_body(response);
        }
    };
    const std::string paths = "/api/0/organizations/[^/]+/data-export(/.*)?";
    server.Get(paths, plain);
    server.Options(paths, plain);
    server.Post(paths, with_body);
    server.Put(paths, with_body);
    server.Patch(paths, with_body);
    server.Delete(paths, with_body);
    server.set_error_handler(
        httplib::Server::HandlerWithResponse([plain](const httplib::Request& request, httplib::Response& response) {
            if (!is_refused_range(request, response)) return httplib::Server::HandlerResponse::Unhandled;
            plain(request, response);
            return httplib::Server::HandlerResponse::Handled;
        }));
}

} // namespace http
DATAEXPORT_NAMESPACE_END
