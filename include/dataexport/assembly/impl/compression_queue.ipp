#pragma once

#include <dataexport/assembly/compression_queue.hpp>

#include <algorithm>
#include <system_error>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL CompressionQueue::CompressionQueue(const Compressor& compressor, std::size_t threads)
    : compressor_(compressor), threads_wanted_(threads) {}

DATAEXPORT_DECL CompressionQueue::~CompressionQueue() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) {
        thread.join();
    }
}

DATAEXPORT_DECL void CompressionQueue::put(std::string text) {
    auto member = std::make_shared<Member>();
    member->text = std::move(text);
    {
        const std::lock_guard lock(mutex_);
        members_.push_back(std::move(member));
    }
    changed_.notify_all();
    if (members_.size() < 2) return;
    try {
        while (threads_.size() < threads_wanted_) {
            threads_.emplace_back([this] { work(); });
        }
    } catch (const std::system_error&) { // `take` does what no thread did.
    }
}

DATAEXPORT_DECL Result<std::string> CompressionQueue::take() {
    std::unique_lock lock(mutex_);
    const auto member = members_.front();
    if (!member->begun) {
        member->begun = true;
        lock.unlock();
        compress(*member);
        lock.lock();
        member->done = true;
    }
    changed_.wait(lock, [&] { return member->done; });
    members_.pop_front();
    if (!member->result) return member->result.error();
    return std::move(member->compressed);
}

DATAEXPORT_DECL void CompressionQueue::compress(Member& member) const {
    member.result = compressor_.compress(member.text, member.compressed);
}

DATAEXPORT_DECL void CompressionQueue::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        std::shared_ptr<Member> next;
        changed_.wait(lock, [&] {
            const auto waiting =
                std::find_if(members_.begin(), members_.end(), [](const auto& member) { return !member->begun; });
            if (waiting != members_.end()) next = *waiting;
            return stopping_ || next != nullptr;
        });
        if (stopping_) return;
        next->begun = true;
        lock.unlock();
        compress(*next);
        lock.lock();
        next->done = true;
        changed_.notify_all();
    }
}

DATAEXPORT_NAMESPACE_END
