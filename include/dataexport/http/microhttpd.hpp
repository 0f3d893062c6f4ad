/// @file
/// The endpoints on GNU libmicrohttpd. It rests on how 0.9.75 treats targets, bodies and timeouts.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/api/open_body.hpp>
#include <dataexport/api/request_target.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/file_store.hpp>

#include <microhttpd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace http {

/// How requests to a daemon are served. The daemon borrows it, and what it refers to.
struct MicrohttpdService {
    /// Answers a request: `Endpoints::handle`, or a function that answers other paths itself. Many threads may be in
    /// it. It may block, and then blocks its connection alone.
    std::function<Response(const Request&)> handle;
    FileStore& files;
    /// As `Endpoints::max_body_bytes`. One byte more of a body is kept, for `handle` to refuse; the rest is dropped.
    std::size_t max_body_bytes;
    /// Memory of a connection; a request line or header fields that do not fit are answered with 414 or 431.
    std::size_t max_head_bytes = 32 * 1024;
    /// How long a client may neither send nor take anything that is waited for; then it is cut off.
    std::chrono::seconds patience{30};
};

/// Ends a daemon and all of its connections; waits until `handle` has returned everywhere.
struct StopMicrohttpd {
    void operator()(MHD_Daemon* daemon) const noexcept { MHD_stop_daemon(daemon); }
};
using MicrohttpdDaemon = std::unique_ptr<MHD_Daemon, StopMicrohttpd>;

} // namespace http

namespace detail::http_microhttpd {

/// A request while it is read and answered. libmicrohttpd holds it from the first line to the end.
struct Exchange {
    const http::MicrohttpdService& service;
    Request request;
    bool has_head = false;
};

struct DestroyResponse {
    void operator()(MHD_Response* response) const noexcept { MHD_destroy_response(response); }
};
using ResponseHandle = std::unique_ptr<MHD_Response, DestroyResponse>;

/// Begins an exchange with the target as it was sent: decoded by libmicrohttpd, a path would end at its first `%00`.
inline void* begin(void* service, const char* target, MHD_Connection*) noexcept try {
    auto exchange = std::make_unique<Exchange>(Exchange{*static_cast<const http::MicrohttpdService*>(service), {}});
    set_target(exchange->request, target);
    return exchange.release();
} catch (...) {
    return nullptr; // `answer` cuts the connection
}

inline void end(void*, MHD_Connection*, void** exchange, MHD_RequestTerminationCode) noexcept {
    delete static_cast<Exchange*>(std::exchange(*exchange, nullptr));
}

/// The header fields of a request in order. What goes wrong is thrown only when no function of C is left on the stack.
class FieldReader {
public:
    explicit FieldReader(Headers& fields) : fields_(fields) {}

    void read(MHD_Connection* connection) {
        MHD_get_connection_values_n(connection, MHD_HEADER_KIND, &take, this);
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    static MHD_Result take(void* self, MHD_ValueKind, const char* name, std::size_t name_size, const char* value,
                           std::size_t value_size) noexcept {
        auto& reader = *static_cast<FieldReader*>(self);
        try {
            std::string_view text(value != nullptr ? value : "", value_size);
            text = text.substr(0, text.find_last_not_of(" \t") + 1); // which libmicrohttpd leaves (RFC 9110, 5.5)
            reader.fields_.add(std::string(name, name_size), std::string(text));
            return MHD_YES;
        } catch (...) {
            reader.failure_ = std::current_exception();
            return MHD_NO;
        }
    }

    Headers& fields_;
    std::exception_ptr failure_;
};

/// Gives libmicrohttpd the next bytes of a file.
inline ssize_t read_file(void* body, std::uint64_t, char* buffer, std::size_t size) noexcept try {
    const auto got = static_cast<OpenBody*>(body)->read({buffer, size});
    return got ? static_cast<ssize_t>(*got) : MHD_CONTENT_READER_END_WITH_ERROR;
} catch (...) {
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

inline void close_file(void* body) noexcept { delete static_cast<OpenBody*>(body); }

/// A file is read, also a native one: given its descriptor, libmicrohttpd would call `sendfile` without end when the
/// file has become shorter, and it gains a sixth of the processor's time.
inline ResponseHandle file_body(FileStore& files, const FileBody& file) {
    constexpr std::size_t block_bytes = 64 * 1024;
    auto opened = OpenBody::open(files, file);
    if (!opened) return nullptr;
    auto body = std::make_unique<OpenBody>(std::move(*opened));
    ResponseHandle response(
        MHD_create_response_from_callback(file.length, block_bytes, &read_file, body.get(), &close_file));
    if (response) static_cast<void>(body.release()); // now its own
    return response;
}

inline ResponseHandle text_body(std::string& text) {
    return ResponseHandle(MHD_create_response_from_buffer(text.size(), text.data(), MHD_RESPMEM_MUST_COPY));
}

/// A body of the right length that is never asked for.
inline ResponseHandle no_body(const Response& response) {
    const auto* file = std::get_if<FileBody>(&response.body);
    const auto length = file != nullptr ? file->length : std::get<std::string>(response.body).size();
    return ResponseHandle(MHD_create_response_from_callback(length, 1, &read_file, nullptr, nullptr));
}

inline ResponseHandle body_of(Response& response, FileStore& files) {
    if (response.head_only) return no_body(response);
    if (auto* text = std::get_if<std::string>(&response.body)) return text_body(*text);
    return file_body(files, std::get<FileBody>(response.body));
}

/// @return false: the connection is to be cut, since the file has just gone, a field holds a line end, or memory ran
/// out.
inline bool send(MHD_Connection* connection, Response response, FileStore& files) {
    const auto answer = body_of(response, files);
    if (!answer) return false;
    for (const auto& [name, value] : response.headers) {
        // libmicrohttpd says the length by itself, and takes no empty fields.
        if (value.empty() || equal_ignoring_case(name, "Content-Length")) continue;
        if (MHD_add_response_header(answer.get(), name.c_str(), value.c_str()) != MHD_YES) return false;
    }
    return MHD_queue_response(connection, static_cast<unsigned>(response.status), answer.get()) == MHD_YES;
}

inline void set_timeout(MHD_Connection* connection, std::chrono::seconds timeout) {
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, static_cast<unsigned>(timeout.count()));
}

/// Called with the head, with each piece of the body, and at the end of the request.
inline MHD_Result answer(void*, MHD_Connection* connection, const char*, const char* method, const char*,
                         const char* data, std::size_t* size, void** state) noexcept try {
    auto* const exchange = static_cast<Exchange*>(*state);
    if (exchange == nullptr) return MHD_NO;
    auto& [service, request, has_head] = *exchange;
    if (!std::exchange(has_head, true)) {
        request.method = method;
        FieldReader(request.headers).read(connection);
        return MHD_YES;
    }
    if (*size > 0) {
        request.body.append(data, std::min(*size, service.max_body_bytes + 1 - request.body.size()));
        *size = 0;
        return MHD_YES;
    }
    set_timeout(connection, std::chrono::seconds(0)); // nothing is expected of the client
    auto response = service.handle(request);
    set_timeout(connection, service.patience); // from now on
    return send(connection, std::move(response), service.files) ? MHD_YES : MHD_NO;
} catch (...) {
    return MHD_NO;
}

/// A function as libmicrohttpd takes it among its options.
template <class Function>
MHD_OptionItem callback(MHD_OPTION option, Function* function, const void* context) {
    return {option, reinterpret_cast<std::intptr_t>(function), const_cast<void*>(context)};
}

} // namespace detail::http_microhttpd

namespace http {

/// Starts a daemon with a thread for each connection.
/// @param port 0: a free one, which `MHD_get_daemon_info` tells.
/// @param more such as an address to listen on, or a certificate: `{MHD_OPTION_SOCK_ADDR, 0, &address}`.
/// @param flags beside those of threads: `MHD_USE_TLS`, `MHD_USE_IPv6`.
/// @return `Errc::unavailable` if libmicrohttpd cannot listen or does not know an option.
[[nodiscard]] inline Result<MicrohttpdDaemon> serve(const MicrohttpdService& service, std::uint16_t port,
                                                    std::vector<MHD_OptionItem> more = {}, unsigned flags = 0) {
    using namespace detail::http_microhttpd;
    const std::array own{
        callback(MHD_OPTION_URI_LOG_CALLBACK, &begin, &service), callback(MHD_OPTION_NOTIFY_COMPLETED, &end, nullptr),
        MHD_OptionItem{MHD_OPTION_CONNECTION_MEMORY_LIMIT, static_cast<std::intptr_t>(service.max_head_bytes), nullptr},
        MHD_OptionItem{MHD_OPTION_CONNECTION_TIMEOUT, static_cast<std::intptr_t>(service.patience.count()), nullptr},
        MHD_OptionItem{MHD_OPTION_STRICT_FOR_CLIENT, 1, nullptr}};
    more.insert(more.begin(), own.begin(), own.end());
    more.push_back({MHD_OPTION_END, 0, nullptr});
    flags |= MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL;
    MicrohttpdDaemon daemon(MHD_start_daemon(flags, port, nullptr, nullptr, &detail::http_microhttpd::answer, nullptr,
                                             MHD_OPTION_ARRAY, more.data(), MHD_OPTION_END));
    if (!daemon) return Error{Errc::unavailable, "libmicrohttpd cannot be started"};
    return daemon;
}

} // namespace http
DATAEXPORT_NAMESPACE_END
