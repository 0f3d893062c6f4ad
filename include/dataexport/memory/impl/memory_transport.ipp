#pragma once

#include <dataexport/memory/memory_transport.hpp>

#include <algorithm>

#include <unistd.h>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::memory_transport {

inline Error client_gone() { return {Errc::unavailable, "the client has gone"}; }

} // namespace detail::memory_transport

DATAEXPORT_DECL Result<void> MemoryTransport::head(int status, Fields fields) {
    if (room_ == 0) return detail::memory_transport::client_gone();
    status_ = status;
    fields_.assign(fields.begin(), fields.end());
    return ok();
}

DATAEXPORT_DECL Result<void> MemoryTransport::bytes(std::string_view bytes) {
    const auto taken = bytes.substr(0, room_);
    body_ += taken;
    room_ -= taken.size();
    if (taken.size() < bytes.size()) return detail::memory_transport::client_gone();
    return ok();
}

DATAEXPORT_DECL Result<bool> MemoryTransport::file(int descriptor, std::uint64_t offset, std::uint64_t length) {
    if (!takes_files_) return false;
    std::string buffer(64 * 1024, '\0');
    while (length > 0) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, buffer.size()));
        const auto count = ::pread(descriptor, buffer.data(), wanted, static_cast<off_t>(offset));
        if (count <= 0) return Error{Errc::unavailable, "the file cannot be read"};
        const auto got = static_cast<std::size_t>(count);
        if (auto sent = bytes({buffer.data(), got}); !sent) return sent.error();
        bytes_from_files_ += got;
        offset += got;
        length -= got;
    }
    return true;
}

DATAEXPORT_NAMESPACE_END
