/// @file
/// The file of a response while it is sent.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/file_store.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

DATAEXPORT_NAMESPACE_BEGIN

/// What is left to send of a slice of a published file. A native file is kept open, so that a download that has begun
/// ends well although its file expires or is removed.
///
/// Thread safety: one thread at a time.
class OpenBody {
public:
    /// @param files is borrowed.
    /// @return `Errc::not_found` or `Errc::corrupt` if not all of the slice is there.
    [[nodiscard]] static Result<OpenBody> open(FileStore& files, const FileBody& body);
    OpenBody(OpenBody&& other) noexcept;
    OpenBody& operator=(OpenBody&&) = delete;
    ~OpenBody();

    /// Where the next byte is in the file.
    [[nodiscard]] std::uint64_t offset() const noexcept { return body_.offset; }
    /// How many bytes are left.
    [[nodiscard]] std::uint64_t left() const noexcept { return body_.length; }
    /// The descriptor of a native file, which stays its own; none for other files.
    [[nodiscard]] std::optional<int> descriptor() const noexcept;

    /// Passes over bytes that were sent without `read`. @pre `bytes <= left()`
    void advance(std::uint64_t bytes) noexcept;
    /// Takes the next bytes, at least one.
    /// @pre `left() > 0 && !buffer.empty()`
    /// @return how many; `Errc::corrupt` if the file has become shorter, or what the store says.
    [[nodiscard]] Result<std::size_t> read(std::span<char> buffer);

private:
    OpenBody(FileStore& files, const FileBody& body, const std::optional<NativeFile>& native) noexcept;

    FileStore* files_;
    FileBody body_;
    int descriptor_ = -1;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/open_body.ipp>
#endif
