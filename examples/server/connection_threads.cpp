#include "server/connection_threads.hpp"

#include <system_error>
#include <utility>

namespace example {

void ConnectionThreads::enqueue(std::function<void()> connection) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(connection));
        if (idle_ < waiting_.size() && threads_.size() < most_) add_thread();
    }
    changed_.notify_one();
}

void ConnectionThreads::add_thread() {
    try {
        threads_.emplace_back([this] { run(); });
    } catch (const std::system_error&) {
        most_ = threads_.size(); // the machine has no room for more
    }
}

void ConnectionThreads::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        changed_.wait(lock, [&] { return ends_ || !waiting_.empty(); });
        --idle_;
        if (waiting_.empty()) return;
        const auto connection = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        connection();
        lock.lock();
    }
}

void ConnectionThreads::shutdown() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) {
        thread.join();
    }
}

} // namespace example
