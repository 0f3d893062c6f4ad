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
    pushed_.notify_all();
    for (auto& thread : threads_) {
        thread.join();
    }
}

DATAEXPORT_DECL void CompressionQueue::push() {
    {
        const std::lock_guard lock(mutex_);
        members_.push_back(std::move(filling_));
    }
    pushed_.notify_one();
    if (idle_.empty()) {
        filling_ = std::make_unique<Member>();
    } else {
        filling_ = std::move(idle_.back());
        idle_.pop_back();
    }
    if (members_.size() < 2) return;
    try {
        while (threads_.size() < threads_wanted_) {
            threads_.emplace_back([this] { work(); });
        }
    } catch (const std::system_error&) { // `front` does what no thread did.
    }
}

DATAEXPORT_DECL Result<CompressionQueue::Compressed> CompressionQueue::front() {
    std::unique_lock lock(mutex_);
    auto& member = *members_.front();
    if (member.stage == Stage::waiting) compress(member, lock);
    done_.wait(lock, [&] { return member.stage == Stage::done; });
    if (!member.result) return member.result.error();
    return Compressed{member.compressed, member.text.size()};
}

DATAEXPORT_DECL void CompressionQueue::pop() {
    const std::lock_guard lock(mutex_);
    auto& member = idle_.emplace_back(std::move(members_.front()));
    members_.pop_front();
    member->text.clear();
    member->compressed.clear();
    member->stage = Stage::waiting;
}

DATAEXPORT_DECL void CompressionQueue::compress(Member& member, std::unique_lock<std::mutex>& lock) const {
    member.stage = Stage::begun;
    lock.unlock();
    member.result = compressor_.compress(member.text, member.compressed);
    lock.lock();
    member.stage = Stage::done;
}

DATAEXPORT_DECL void CompressionQueue::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto waiting = std::find_if(members_.begin(), members_.end(),
                                          [](const auto& member) { return member->stage == Stage::waiting; });
        if (waiting == members_.end()) {
            pushed_.wait(lock);
            continue;
        }
        compress(**waiting, lock);
        done_.notify_one();
    }
}

DATAEXPORT_NAMESPACE_END
