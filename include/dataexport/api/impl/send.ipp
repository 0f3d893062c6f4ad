#pragma once

#include <dataexport/api/send.hpp>

#include <unistd.h>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::send {

/// Asks the transport to send from the disk. @return whether it did.
inline Result<bool> native(const FileBody& body, FileStore& files, Transport& transport) {
    const auto file = files.native(body.file);
    if (!file) return false;
    auto sent = file->size >= body.offset + body.length
                    ? transport.file(file->descriptor, body.offset, body.length)
                    : Result<bool>(Error{Errc::corrupt, "the file has become shorter than the answer promised"});
    ::close(file->descriptor);
    return sent;
}

inline Result<void> copied(const FileBody& body, FileStore& files, Transport& transport) {
    constexpr std::uint64_t most = 256 * 1024;
    const auto piece = [&](std::uint64_t left) { return static_cast<std::size_t>(left < most ? left : most); };
    std::string buffer(piece(body.length), '\0');
    for (std::uint64_t done = 0; done < body.length;) {
        const auto count = files.read(body.file, body.offset + done, {buffer.data(), piece(body.length - done)});
        if (!count) return count.error();
        if (*count == 0) return Error{Errc::corrupt, "the file has become shorter than the answer promised"};
        if (auto sent = transport.bytes({buffer.data(), *count}); !sent) return sent;
        done += *count;
    }
    return ok();
}

inline Result<void> body(const FileBody& body, FileStore& files, Transport& transport) {
    const auto sent = native(body, files, transport);
    if (!sent) return sent.error();
    return *sent ? ok() : copied(body, files, transport);
}

inline Result<void> body(const std::string& body, FileStore&, Transport& transport) { return transport.bytes(body); }

inline std::uint64_t length(const FileBody& body) { return body.length; }
inline std::uint64_t length(const std::string& body) { return body.size(); }

/// Whether all of it is there, as far as can be known before it is sent.
inline Result<void> look(const FileBody& body, FileStore& files) {
    const auto size = files.size(body.file);
    if (!size) return size.error();
    if (body.offset > *size || body.length > *size - body.offset) {
        return Error{Errc::corrupt, "the file is shorter than the answer promises"};
    }
    return ok();
}
inline Result<void> look(const std::string&, FileStore&) { return ok(); }

} // namespace detail::send

DATAEXPORT_DECL Result<void> send(const Response& response, FileStore& files, Transport& transport) {
    const auto send_head = [&] {
        return transport.head(response.status, {response.headers.begin(), response.headers.end()});
    };
    if (response.head_only) return send_head();
    return std::visit(
        [&](const auto& body) -> Result<void> {
            if (auto there = detail::send::look(body, files); !there) return there;
            if (auto sent = send_head(); !sent) return sent;
            return detail::send::length(body) == 0 ? ok() : detail::send::body(body, files, transport);
        },
        response.body);
}

DATAEXPORT_NAMESPACE_END
