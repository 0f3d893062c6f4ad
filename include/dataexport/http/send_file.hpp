/// @file
/// Sends a file from the disk to a socket without copying it (Linux), for glue whose framework cannot.
#pragma once

#include <dataexport/api/open_body.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <sys/sendfile.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::send_file {

/// Keeps SIGPIPE from this thread. `sendfile` knows no way to write to a client that has gone without that signal,
/// which would end a process that does not ignore it.
class PipeSignalBlocked {
public:
    PipeSignalBlocked() noexcept {
        ::sigemptyset(&pipe_);
        ::sigaddset(&pipe_, SIGPIPE);
        sigset_t pending;
        was_pending_ = ::sigpending(&pending) == 0 && ::sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~PipeSignalBlocked() {
        // Also after a success: the client may have gone when a part was sent.
        constexpr timespec at_once{};
        if (!was_pending_) ::sigtimedwait(&pipe_, nullptr, &at_once);
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    PipeSignalBlocked(const PipeSignalBlocked&) = delete;
    PipeSignalBlocked& operator=(const PipeSignalBlocked&) = delete;

private:
    sigset_t pipe_;
    sigset_t before_;
    bool was_pending_;
};

} // namespace detail::send_file

namespace http {

/// Sends what the socket takes at once, at most 1 MiB, so that other connections of the thread get their turn.
/// @pre `body.descriptor() && body.left() > 0`, and the socket does not block.
/// @return how many bytes; 0: the socket is full. `Errc::unavailable` if the client has gone; `Errc::corrupt` if the
/// file has become shorter.
[[nodiscard]] inline Result<std::uint64_t> send_file(int socket, OpenBody& body) {
    constexpr std::uint64_t most = 1024 * 1024;
    auto offset = static_cast<off_t>(body.offset());
    const detail::send_file::PipeSignalBlocked blocked;
    const auto sent = ::sendfile(socket, *body.descriptor(), &offset, body.left() < most ? body.left() : most);
    const int error = errno;
    if (sent == 0) return Error{Errc::corrupt, "the file has become shorter than the answer promised"};
    if (sent > 0) body.advance(static_cast<std::uint64_t>(sent));
    if (sent > 0 || error == EAGAIN || error == EINTR) return static_cast<std::uint64_t>(sent > 0 ? sent : 0);
    return Error{Errc::unavailable, "the client has gone"};
}

} // namespace http
DATAEXPORT_NAMESPACE_END
