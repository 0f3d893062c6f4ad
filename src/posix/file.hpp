/// @file
/// What the adapters that write files share: descriptors that close themselves, and calls whose errors are values.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

DATAEXPORT_NAMESPACE_BEGIN
namespace posix {

/// Owns an open descriptor.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }

    [[nodiscard]] int number() const noexcept { return number_; }
    [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

/// The error of the last call, by `errno`. @param what what was tried: `write to the part`.
inline Error last_error(std::string_view what) {
    const auto failed = [&](Errc code, std::string_view why) {
        return Error{code, "cannot " + std::string(what) + ": " + std::string(why)};
    };
    switch (errno) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return failed(Errc::no_space, "there is no space left");
    case ENOENT:
        return failed(Errc::not_found, "there is no such file");
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
        return failed(Errc::corrupt, "something else is in its place");
    case ENOMEM:
        return failed(Errc::out_of_memory, "there is no memory left");
    default:
        return failed(Errc::unavailable, "the file system refused it");
    }
}

/// Repeats `call` while a signal interrupts it.
template <class Call>
auto uninterrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) {
        result = call();
    }
    return result;
}

/// Opens `name` inside `folder`, never through a symbolic link and never waiting for a device.
inline Result<Descriptor> open_at(int folder, const std::string& name, int flags, std::string_view what) {
    constexpr int always = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    const int number = uninterrupted([&] { return ::openat(folder, name.c_str(), flags | always, 0600); });
    if (number < 0) return last_error(what);
    return Descriptor(number);
}

inline Result<struct stat> status_of(const Descriptor& file) {
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return last_error("look at a file");
    return status;
}

/// Whether `name` inside `folder` is this very file.
inline bool names(int folder, const std::string& name, const Descriptor& file) {
    struct stat entry {};
    const auto status = status_of(file);
    return status && ::fstatat(folder, name.c_str(), &entry, AT_SYMLINK_NOFOLLOW) == 0 &&
           entry.st_dev == status->st_dev && entry.st_ino == status->st_ino;
}

/// Writes all of `bytes` at `offset`.
inline Result<void> write_at(const Descriptor& file, std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = uninterrupted(
            [&] { return ::pwrite(file.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
        if (written < 0) return last_error("write to a file");
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return ok();
}

/// Reads what one call gives. @return how many bytes; 0 at the end and behind it.
inline Result<std::size_t> read_at(const Descriptor& file, std::uint64_t offset, std::span<char> buffer) {
    if (offset > static_cast<std::uint64_t>(INT64_MAX)) return std::size_t{0};
    const auto count =
        uninterrupted([&] { return ::pread(file.number(), buffer.data(), buffer.size(), static_cast<off_t>(offset)); });
    if (count < 0) return last_error("read a file");
    return static_cast<std::size_t>(count);
}

/// Makes contents and attributes of a file, or the entries of a folder, survive a crash of the machine.
inline Result<void> sync(const Descriptor& file) {
    if (uninterrupted([&] { return ::fsync(file.number()); }) != 0) return last_error("make a file durable");
    return ok();
}

/// Opens a folder for as long as the program runs, and makes it with mode 0700 if it is missing.
/// @return `Errc::invalid_configuration` if it cannot be made, is something else or is a symbolic link.
inline Result<Descriptor> open_private_folder(std::string path) {
    while (path.size() > 1 && path.back() == '/') {
        path.pop_back();
    }
    if (::mkdir(path.c_str(), 0700) == 0) {
        const auto slash = path.rfind('/');
        const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
        const Descriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (auto synced = sync(folder); !synced) return synced.error();
    } else if (errno != EEXIST) {
        return Error{Errc::invalid_configuration, "the folder cannot be made; its parent must exist and be writable"};
    }
    auto folder = open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, "open the folder");
    if (!folder && folder.error().code == Errc::corrupt) {
        return Error{Errc::invalid_configuration, "the folder must be a folder and not a symbolic link"};
    }
    return folder;
}

} // namespace posix
DATAEXPORT_NAMESPACE_END
