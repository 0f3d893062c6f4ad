#pragma once

#include <dataexport/client/thread_executor.hpp>

#include <algorithm>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

DATAEXPORT_DECL ThreadExecutor::ThreadExecutor(unsigned threads) {
    for (unsigned i = 0; i < std::max(threads, 1U); ++i) {
        threads_.emplace_back([this] { work(); });
    }
}

DATAEXPORT_DECL ThreadExecutor::~ThreadExecutor() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) {
        thread.join();
    }
}

DATAEXPORT_DECL void ThreadExecutor::post_after(std::chrono::milliseconds delay, std::function<void()> task) {
    constexpr std::chrono::milliseconds longest = std::chrono::hours(24 * 365); // keeps the sum in range
    const auto due = std::chrono::steady_clock::now() + std::clamp(delay, std::chrono::milliseconds::zero(), longest);
    {
        const std::lock_guard lock(mutex_);
        tasks_.emplace(std::pair{due, posted_++}, std::move(task));
    }
    changed_.notify_one();
}

DATAEXPORT_DECL void ThreadExecutor::work() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        if (tasks_.empty()) {
            changed_.wait(lock);
            continue;
        }
        if (const Time due = tasks_.begin()->first.first; due > std::chrono::steady_clock::now()) {
            changed_.wait_until(lock, due);
            continue;
        }
        auto task = std::move(tasks_.extract(tasks_.begin()).mapped());
        lock.unlock();
        task();
        task = nullptr; // what it holds ends outside the lock
        lock.lock();
    }
}

} // namespace client
DATAEXPORT_NAMESPACE_END
