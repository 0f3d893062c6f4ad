#pragma once

#include <dataexport/api/open_body.hpp>

#include <unistd.h>

#include <cassert>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::open_body {

inline Result<std::size_t> read_native(int descriptor, std::uint64_t offset, std::span<char> buffer) {
    const auto got = ::pread(descriptor, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (got < 0) return Error{Errc::unavailable, "the file cannot be read"};
    return static_cast<std::size_t>(got);
}

} // namespace detail::open_body

DATAEXPORT_DECL OpenBody::OpenBody(FileStore& files, const FileBody& body,
                                   const std::optional<NativeFile>& native) noexcept
    : files_(&files), body_(body), descriptor_(native ? native->descriptor : -1) {}

DATAEXPORT_DECL OpenBody::OpenBody(OpenBody&& other) noexcept
    : files_(other.files_), body_(other.body_), descriptor_(std::exchange(other.descriptor_, -1)) {}

DATAEXPORT_DECL OpenBody::~OpenBody() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

DATAEXPORT_DECL Result<OpenBody> OpenBody::open(FileStore& files, const FileBody& body) {
    const auto native = files.native(body.file);
    OpenBody opened(files, body, native);
    const auto size = native ? Result<std::uint64_t>(native->size) : files.size(body.file);
    if (!size) return size.error();
    if (body.offset > *size || body.length > *size - body.offset) {
        return Error{Errc::corrupt, "the file is shorter than the answer promises"};
    }
    return opened;
}

DATAEXPORT_DECL std::optional<int> OpenBody::descriptor() const noexcept {
    return descriptor_ >= 0 ? std::optional(descriptor_) : std::nullopt;
}

DATAEXPORT_DECL void OpenBody::advance(std::uint64_t bytes) noexcept {
    assert(bytes <= body_.length);
    body_.offset += bytes;
    body_.length -= bytes;
}

DATAEXPORT_DECL Result<std::size_t> OpenBody::read(std::span<char> buffer) {
    assert(body_.length > 0 && !buffer.empty());
    if (buffer.size() > body_.length) buffer = buffer.first(static_cast<std::size_t>(body_.length));
    const auto got = descriptor_ >= 0 ? detail::open_body::read_native(descriptor_, body_.offset, buffer)
                                      : files_->read(body_.file, body_.offset, buffer);
    if (!got) return got;
    if (*got == 0) return Error{Errc::corrupt, "the file has become shorter than the answer promised"};
    advance(*got);
    return got;
}

DATAEXPORT_NAMESPACE_END
