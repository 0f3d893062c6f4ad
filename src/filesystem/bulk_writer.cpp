#include "bulk_writer.hpp"

#include <algorithm>
#include <cstring>

DATAEXPORT_NAMESPACE_BEGIN
namespace filesystem {

namespace {

constexpr std::size_t block = 4096; ///< A multiple of what any disk asks for.
constexpr std::size_t at_once = std::size_t{1} << 20;
constexpr std::size_t least = std::size_t{1} << 18; ///< Less is written as usual.

/// Lets writes to a file go past the page cache while it lives.
class Direct {
public:
    explicit Direct(const posix::Descriptor& file) noexcept
        : file_(file.number()), flags_(::fcntl(file_, F_GETFL)),
          is_on_(flags_ >= 0 && ::fcntl(file_, F_SETFL, flags_ | O_DIRECT) == 0) {}
    ~Direct() {
        if (is_on_) ::fcntl(file_, F_SETFL, flags_);
    }
    Direct(const Direct&) = delete;
    Direct& operator=(const Direct&) = delete;

    [[nodiscard]] bool is_on() const noexcept { return is_on_; }

private:
    int file_;
    int flags_;
    bool is_on_;
};

} // namespace

Result<void> BulkWriter::write_at(const posix::Descriptor& file, std::uint64_t offset, std::string_view bytes) {
    if (bytes.size() < least || !prepare()) return posix::write_at(file, offset, bytes);
    const auto head = (block - static_cast<std::size_t>(offset % block)) % block;
    if (auto written = posix::write_at(file, offset, bytes.substr(0, head)); !written) return written;
    const auto written = write_blocks(file, offset + head, bytes.substr(head));
    if (!written) return written.error();
    return posix::write_at(file, offset + head + *written, bytes.substr(head + *written));
}

bool BulkWriter::prepare() {
    if (refused_) return false;
    if (!aligned_) aligned_.reset(static_cast<char*>(std::aligned_alloc(block, at_once)));
    return aligned_ != nullptr;
}

Result<std::size_t> BulkWriter::write_blocks(const posix::Descriptor& file, std::uint64_t offset,
                                             std::string_view bytes) {
    const Direct direct(file);
    refused_ = !direct.is_on();
    std::size_t done = 0;
    while (!refused_) {
        const auto size = std::min(bytes.size() - done, at_once) / block * block;
        if (size == 0) break;
        std::memcpy(aligned_.get(), bytes.data() + done, size);
        const auto written = posix::uninterrupted(
            [&] { return ::pwrite(file.number(), aligned_.get(), size, static_cast<off_t>(offset + done)); });
        if (written < 0 && errno != EINVAL) return posix::last_error("write to a file");
        refused_ = written < 0;
        if (written > 0) done += static_cast<std::size_t>(written) / block * block;
        // After a short write the rest goes the usual way, which finds out why.
        if (written < static_cast<ssize_t>(size)) break;
    }
    return done;
}

} // namespace filesystem
DATAEXPORT_NAMESPACE_END
