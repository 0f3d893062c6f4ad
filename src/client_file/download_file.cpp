#include <dataexport/client/download_file.hpp>

#include "posix/file.hpp"

#include <cstdio>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

namespace {

constexpr std::size_t block = std::size_t{256} * 1024;

/// Calls `take` with all bytes of a file. @return how many.
Result<std::uint64_t> read_all(const posix::Descriptor& file, const std::function<void(std::string_view)>& take) {
    std::vector<char> buffer(block);
    for (std::uint64_t bytes = 0;;) {
        const auto count = posix::read_at(file, bytes, buffer);
        if (!count) return count.error();
        if (*count == 0) return bytes;
        take({buffer.data(), *count});
        bytes += *count;
    }
}

Result<void> cut(const posix::Descriptor& file) {
    if (posix::uninterrupted([&] { return ::ftruncate(file.number(), 0); }) != 0) {
        return posix::last_error("empty a file");
    }
    return ok();
}

class DownloadFile final : public DownloadTarget {
public:
    DownloadFile(std::string path, posix::Descriptor part, posix::Descriptor tag)
        : path_(std::move(path)), part_(std::move(part)), tag_(std::move(tag)) {}

    Result<Kept> kept() override {
        Kept kept;
        const auto status = posix::status_of(part_);
        if (!status) return status.error();
        auto read = read_all(tag_, [&](std::string_view piece) { kept.etag += piece; });
        if (!read) return read.error();
        kept.bytes = bytes_ = static_cast<std::uint64_t>(status->st_size);
        return kept;
    }

    Result<void> read(const std::function<void(std::string_view)>& take) override {
        auto read = read_all(part_, take);
        if (!read) return read.error();
        return ok();
    }

    Result<void> start(std::string_view etag) override {
        bytes_ = 0;
        for (const auto* file : {&tag_, &part_}) {
            if (auto emptied = cut(*file); !emptied) return emptied;
        }
        return posix::write_at(tag_, 0, etag);
    }

    Result<void> append(std::string_view bytes) override {
        auto written = posix::write_at(part_, bytes_, bytes);
        if (written) bytes_ += bytes.size();
        return written;
    }

    Result<void> finish() override {
        if (auto synced = posix::sync(part_); !synced) return synced;
        if (std::rename((path_ + ".part").c_str(), path_.c_str()) != 0) return posix::last_error("name the file");
        ::unlink((path_ + ".part.etag").c_str());
        return ok();
    }

private:
    std::string path_;
    posix::Descriptor part_; ///< Locked.
    posix::Descriptor tag_;
    std::uint64_t bytes_ = 0;
};

Result<posix::Descriptor> open_regular(const std::string& path) {
    auto file = posix::open_at(AT_FDCWD, path, O_RDWR | O_CREAT, "make the file");
    if (!file) return Error{Errc::invalid_configuration, file.error().detail};
    const auto status = posix::status_of(*file);
    if (!status) return status.error();
    if (!S_ISREG(status->st_mode)) return Error{Errc::invalid_configuration, "something else is in the file's place"};
    return file;
}

} // namespace

Result<std::unique_ptr<DownloadTarget>> open_download_file(const std::string& path) {
    struct stat status {};
    if (path.empty() || path.ends_with('/') || (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))) {
        return Error{Errc::invalid_configuration, "a file cannot have the name of a folder"};
    }
    auto part = open_regular(path + ".part");
    if (!part) return part.error();
    if (posix::uninterrupted([&] { return ::flock(part->number(), LOCK_EX | LOCK_NB); }) != 0 ||
        !posix::names(AT_FDCWD, path + ".part", *part)) { // It may have been finished, and renamed, meanwhile.
        return Error{Errc::busy, "the same file is being downloaded by somebody else"};
    }
    auto tag = open_regular(path + ".part.etag");
    if (!tag) return tag.error();
    return std::unique_ptr<DownloadTarget>(new DownloadFile(path, *std::move(part), *std::move(tag)));
}

Result<FileContent> read_file_content(const std::string& path, const Digest& digest) {
    const posix::Descriptor file(posix::uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
    if (file.number() < 0) return posix::last_error("open the file");
    FileContent content;
    const auto hash = digest.sha256();
    auto bytes = read_all(file, [&](std::string_view piece) { hash->update(piece); });
    if (!bytes) return bytes.error();
    content.bytes = *bytes;
    content.checksum = to_hex(hash->finish());
    return content;
}

} // namespace client
DATAEXPORT_NAMESPACE_END
