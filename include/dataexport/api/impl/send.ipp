#pragma once

#include <dataexport/api/open_body.hpp>
#include <dataexport/api/send.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::send {

inline Result<void> copied(OpenBody& body, Transport& transport) {
    constexpr std::uint64_t most = 256 * 1024;
    std::string buffer(static_cast<std::size_t>(body.left() < most ? body.left() : most), '\0');
    while (body.left() > 0) {
        const auto count = body.read(buffer);
        if (!count) return count.error();
        if (auto sent = transport.bytes({buffer.data(), *count}); !sent) return sent;
    }
    return ok();
}

/// From the disk without copying, if the store and the transport can do that.
inline Result<void> file(OpenBody& body, Transport& transport) {
    if (const auto descriptor = body.descriptor()) {
        const auto sent = transport.file(*descriptor, body.offset(), body.left());
        if (!sent) return sent.error();
        if (*sent) return ok();
    }
    return copied(body, transport);
}

} // namespace detail::send

DATAEXPORT_DECL Result<void> send(const Response& response, FileStore& files, Transport& transport) {
    const auto send_head = [&] {
        return transport.head(response.status, {response.headers.begin(), response.headers.end()});
    };
    if (response.head_only) return send_head();
    if (const auto* text = std::get_if<std::string>(&response.body)) {
        if (auto sent = send_head(); !sent || text->empty()) return sent;
        return transport.bytes(*text);
    }
    auto body = OpenBody::open(files, std::get<FileBody>(response.body));
    if (!body) return body.error();
    if (auto sent = send_head(); !sent || body->left() == 0) return sent;
    return detail::send::file(*body, transport);
}

DATAEXPORT_NAMESPACE_END
