/// @file
/// The threads that serve connections.
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

namespace example {

/// Serves each connection in a thread, which stays for later ones. Threads are made when all others are busy, up to a
/// number; then connections wait. A connection that its client keeps open needs its thread even while it is idle.
class ConnectionThreads final : public httplib::TaskQueue {
public:
    explicit ConnectionThreads(std::size_t most) : most_(most) {}

    void enqueue(std::function<void()> connection) override;
    void shutdown() override;

private:
    void run();
    void add_thread();

    std::size_t most_;
    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::list<std::function<void()>> waiting_;
    std::vector<std::thread> threads_;
    std::size_t idle_ = 0;
    bool ends_ = false;
};

} // namespace example
