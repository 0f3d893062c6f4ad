#include "bulk_writer.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

#include <sys/mman.h>

DATAEXPORT_NAMESPACE_BEGIN
namespace filesystem {

namespace {

constexpr std::size_t alignment = 4096; ///< A multiple of what any disk asks for.
constexpr std::size_t least_direct = std::size_t{1} << 19;
constexpr std::size_t block_bytes = std::size_t{2} << 20; ///< A huge page of most machines.
constexpr std::size_t most_blocks = 3;                    ///< One that is filled, the others waiting or being written.

/// @param huge whether to ask for a huge page: the kernel handles it as one piece, and not as hundreds, but makes all
/// of it at once.
char* allocate_block(bool huge) noexcept {
    void* memory = std::aligned_alloc(block_bytes, block_bytes);
    if (memory != nullptr && huge) ::madvise(memory, block_bytes, MADV_HUGEPAGE);
    return static_cast<char*>(memory);
}

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

char* BulkWriter::Block::begin() const noexcept { return memory.get() + offset % alignment; }

std::size_t BulkWriter::Block::room() const noexcept {
    return block_bytes - static_cast<std::size_t>(offset % alignment) - size;
}

BulkWriter::BulkWriter(const posix::Descriptor& file, std::uint64_t length, bool direct)
    : file_(file), direct_(direct), first_(length), length_(length) {
    idle_.reserve(most_blocks);
    full_.reserve(most_blocks);
}

BulkWriter::~BulkWriter() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Result<void> BulkWriter::append(std::string_view bytes) {
    while (!bytes.empty()) {
        if (!block_.memory) {
            if (auto begun = begin_block(); !begun) return begun;
        }
        const auto part = bytes.substr(0, block_.room());
        std::memcpy(block_.begin() + block_.size, part.data(), part.size());
        block_.size += part.size();
        length_ += part.size();
        bytes.remove_prefix(part.size());
        if (block_.room() != 0) continue;
        if (auto ended = end_block(); !ended) return ended;
    }
    return ok();
}

Result<void> BulkWriter::begin_block() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return failure_ || !idle_.empty() || made_ < most_blocks; });
    if (failure_) return *failure_;
    if (!idle_.empty()) {
        block_ = std::move(idle_.back());
        idle_.pop_back();
    } else {
        block_.is_huge = length_ != first_;
        block_.memory.reset(allocate_block(block_.is_huge));
        if (!block_.memory) return Error{Errc::out_of_memory, "there is no memory left"};
        ++made_;
    }
    block_.offset = length_;
    block_.size = 0;
    return ok();
}

Result<void> BulkWriter::end_block() {
    if (!thread_.joinable() && !start_thread()) {
        return write_block();
    }
    {
        const std::lock_guard lock(mutex_);
        full_.push_back(std::exchange(block_, {}));
    }
    changed_.notify_all();
    return ok();
}

Result<void> BulkWriter::write_block() {
    auto written = write(block_);
    const std::lock_guard lock(mutex_);
    recycle(std::exchange(block_, {}));
    return written;
}

void BulkWriter::recycle(Block block) {
    if (block.is_huge) {
        idle_.push_back(std::move(block));
    } else {
        --made_;
    }
}

bool BulkWriter::start_thread() {
    try {
        thread_ = std::thread([this] { run(); });
    } catch (const std::system_error&) {
        return false;
    }
    return true;
}

Result<std::uint64_t> BulkWriter::flush() {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return failure_ || (full_.empty() && !writing_); });
        if (failure_) return *failure_;
    }
    if (block_.memory) {
        if (auto written = write_block(); !written) return written.error();
    }
    return length_;
}

void BulkWriter::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return ended_ || !full_.empty(); });
        if (ended_) return;
        auto block = std::move(full_.front());
        full_.erase(full_.begin());
        writing_ = true;
        lock.unlock();
        auto written = write(block);
        lock.lock();
        writing_ = false;
        recycle(std::move(block));
        if (!written) {
            failure_ = std::move(written).error();
            ended_ = true;
        }
        changed_.notify_all();
    }
}

Result<void> BulkWriter::write(const Block& block) {
    const std::string_view bytes(block.begin(), block.size);
    auto done = std::min(static_cast<std::size_t>((alignment - block.offset % alignment) % alignment), bytes.size());
    if (auto written = posix::write_at(file_, block.offset, bytes.substr(0, done)); !written) return written;
    const auto direct = write_direct(block.offset + done, bytes.substr(done));
    if (!direct) return direct.error();
    done += *direct;
    return posix::write_at(file_, block.offset + done, bytes.substr(done));
}

Result<std::size_t> BulkWriter::write_direct(std::uint64_t offset, std::string_view bytes) {
    const auto size = bytes.size() / alignment * alignment;
    if (!direct_ || bytes.size() < least_direct) return 0;
    const Direct direct(file_);
    const auto written = direct.is_on() ? posix::uninterrupted([&] {
        return ::pwrite(file_.number(), bytes.data(), size, static_cast<off_t>(offset));
    })
                                        : -1;
    if (written >= 0) return static_cast<std::size_t>(written) / alignment * alignment;
    if (direct.is_on() && errno != EINVAL) return posix::last_error("write to a file");
    direct_ = false;
    return 0;
}

} // namespace filesystem
DATAEXPORT_NAMESPACE_END
