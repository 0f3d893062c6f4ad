// Preloaded into a program, ends it or disturbs it at the n-th call that changes files; crash_world.py sets it up.
//
// KILL_SHIM_AT=N: which call, counted from 1. KILL_SHIM_MODE:
//   before  killed instead of the call
//   after   killed when it is done
//   torn    killed when half of the bytes are written; only calls that write count
//   lost    as before, and the parts of exports lose what was not synced, as if the power had failed
//   pause   stopped before the call, until somebody sends SIGCONT
//   fail    the call does nothing and fails with errno KILL_SHIM_ERRNO
//   full    so do all calls from this one on
//   short   all calls from this one on write half of the bytes; only calls that write count
//
// It says on standard error what it did, once. What a program writes to its standard streams does not count.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

enum class Mode { none, before, after, torn, lost, pause, fail, full, cut };

struct Plan {
    Mode mode = Mode::none;
    long at = 0;
    int error = 0;
};

long number(const char* name) {
    const char* text = std::getenv(name);
    return text == nullptr ? 0 : std::atol(text);
}

Plan read_plan() {
    constexpr std::array<std::string_view, 9> names{"",      "before", "after", "torn", "lost",
                                                    "pause", "fail",   "full",  "short"};
    const char* mode = std::getenv("KILL_SHIM_MODE");
    const auto found = std::find(names.begin(), names.end(), mode == nullptr ? "" : mode);
    if (found == names.end()) std::abort();
    return {static_cast<Mode>(found - names.begin()), number("KILL_SHIM_AT"),
            static_cast<int>(number("KILL_SHIM_ERRNO"))};
}

const Plan& plan() {
    static const Plan plan = read_plan();
    return plan;
}

bool only_writes_count() { return plan().mode == Mode::torn || plan().mode == Mode::cut; }
bool disturbs_all_later_calls() { return plan().mode == Mode::full || plan().mode == Mode::cut; }

/// The function of this name that the program would have called without us.
template <class Function>
Function* real(Function*, const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}
#define REAL(function) (real(&::function, #function))

std::atomic<long> calls{0};

/// Whether this call is to be disturbed; says so the first time.
bool is_due(const char* function) {
    if (plan().mode == Mode::none) return false;
    const long call = ++calls;
    if (call == plan().at) {
        std::array<char, 100> line{};
        const int length = std::snprintf(line.data(), line.size(), "shim: call %ld is %s\n", call, function);
        REAL(write)(STDERR_FILENO, line.data(), static_cast<std::size_t>(length));
    }
    return call == plan().at || (call > plan().at && disturbs_all_later_calls());
}

off_t length_of(int file) {
    struct stat status {};
    return ::fstat(file, &status) == 0 ? status.st_size : 0;
}

/// What is known of an open file.
struct OpenFile {
    bool is_part = false;
    off_t durable = 0; ///< How much of it was synced.
};

std::array<OpenFile, 1024> open_files; ///< By descriptor.

void note_opened(int file, std::string_view name) {
    if (file < 0 || static_cast<std::size_t>(file) >= open_files.size()) return;
    const bool is_part = name.ends_with(".part") || name.ends_with(".draft");
    open_files[static_cast<std::size_t>(file)] = {is_part, length_of(file)};
}

void note_synced(int file) {
    if (static_cast<std::size_t>(file) >= open_files.size()) return;
    open_files[static_cast<std::size_t>(file)].durable = length_of(file);
}

void lose_what_was_not_synced() {
    for (std::size_t i = 0; i < open_files.size(); ++i) {
        const int file = static_cast<int>(i);
        if (!open_files[i].is_part || length_of(file) <= open_files[i].durable) continue;
        [[maybe_unused]] const int cut = REAL(ftruncate)(file, open_files[i].durable);
    }
}

[[noreturn]] void die() {
    ::kill(::getpid(), SIGKILL);
    for (;;)
        ::pause();
}

/// Makes a call, unless it is due to be disturbed.
template <class Call>
auto disturbed(const char* function, Call call) -> decltype(call()) {
    if (only_writes_count() || !is_due(function)) return call();
    switch (plan().mode) {
    case Mode::before:
        die();
    case Mode::after:
        call();
        die();
    case Mode::lost:
        lose_what_was_not_synced();
        die();
    case Mode::pause:
        ::kill(::getpid(), SIGSTOP);
        return call();
    default:
        errno = plan().error;
        return -1;
    }
}

/// The same for a call that writes `size` bytes.
template <class Write>
ssize_t disturbed_write(const char* function, int file, std::size_t size, Write write) {
    if (file <= STDERR_FILENO) return write(size);
    if (!only_writes_count()) return disturbed(function, [&] { return write(size); });
    if (size < 2 || !is_due(function)) return write(size);
    const auto written = write(size / 2);
    if (plan().mode == Mode::torn) die();
    return written;
}

template <class Open>
int disturbed_open(const char* function, const char* name, int flags, Open open) {
    const int file = (flags & O_CREAT) != 0 ? disturbed(function, open) : open();
    note_opened(file, name);
    return file;
}

template <class Sync>
int disturbed_sync(const char* function, int file, Sync sync) {
    const int result = disturbed(function, sync);
    if (result == 0) note_synced(file);
    return result;
}

mode_t mode_of(int flags, va_list arguments) {
    return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

} // namespace

#define DISTURBED(function, ...) disturbed(#function, [&] { return REAL(function)(__VA_ARGS__); })

extern "C" {

#define DEFINE_OPEN(function)                                                                                          \
    int function(const char* name, int flags, ...) {                                                                   \
        va_list arguments;                                                                                             \
        va_start(arguments, flags);                                                                                    \
        const mode_t mode = mode_of(flags, arguments);                                                                 \
        va_end(arguments);                                                                                             \
        return disturbed_open(#function, name, flags, [&] { return REAL(function)(name, flags, mode); });              \
    }
DEFINE_OPEN(open)
DEFINE_OPEN(open64)

#define DEFINE_OPENAT(function)                                                                                        \
    int function(int folder, const char* name, int flags, ...) {                                                       \
        va_list arguments;                                                                                             \
        va_start(arguments, flags);                                                                                    \
        const mode_t mode = mode_of(flags, arguments);                                                                 \
        va_end(arguments);                                                                                             \
        return disturbed_open(#function, name, flags, [&] { return REAL(function)(folder, name, flags, mode); });      \
    }
DEFINE_OPENAT(openat)
DEFINE_OPENAT(openat64)

int mkstemp(char* name) { return DISTURBED(mkstemp, name); }
int mkstemp64(char* name) { return DISTURBED(mkstemp64, name); }

ssize_t write(int file, const void* bytes, size_t size) {
    return disturbed_write("write", file, size, [&](std::size_t part) { return REAL(write)(file, bytes, part); });
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t place) {
    return disturbed_write("pwrite", file, size,
                           [&](std::size_t part) { return REAL(pwrite)(file, bytes, part, place); });
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t place) {
    return disturbed_write("pwrite64", file, size,
                           [&](std::size_t part) { return REAL(pwrite64)(file, bytes, part, place); });
}

int fsync(int file) {
    return disturbed_sync("fsync", file, [&] { return REAL(fsync)(file); });
}
int fdatasync(int file) {
    return disturbed_sync("fdatasync", file, [&] { return REAL(fdatasync)(file); });
}

int ftruncate(int file, off_t length) noexcept { return DISTURBED(ftruncate, file, length); }
int ftruncate64(int file, off64_t length) noexcept { return DISTURBED(ftruncate64, file, length); }

int rename(const char* from, const char* to) noexcept { return DISTURBED(rename, from, to); }
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
    return DISTURBED(renameat, from_folder, from, to_folder, to);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
    return DISTURBED(renameat2, from_folder, from, to_folder, to, flags);
}
int link(const char* from, const char* to) noexcept { return DISTURBED(link, from, to); }
int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
    return DISTURBED(linkat, from_folder, from, to_folder, to, flags);
}
int unlink(const char* name) noexcept { return DISTURBED(unlink, name); }
int unlinkat(int folder, const char* name, int flags) noexcept { return DISTURBED(unlinkat, folder, name, flags); }
int mkdir(const char* name, mode_t mode) noexcept { return DISTURBED(mkdir, name, mode); }
int mkdirat(int folder, const char* name, mode_t mode) noexcept { return DISTURBED(mkdirat, folder, name, mode); }

} // extern "C"
