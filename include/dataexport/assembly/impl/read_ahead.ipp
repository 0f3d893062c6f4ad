#pragma once

#include <dataexport/assembly/read_ahead.hpp>

#include <system_error>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::read_ahead {

/// A slice that has this many times the bytes it should have is left to the owner, who needs no memory for it.
inline constexpr std::size_t largest_piece = 4;

/// How many keys the next slice should span, after one whose size is known.
inline std::uint64_t adapted(std::uint64_t keys, std::size_t bytes, std::size_t wanted_bytes) {
    constexpr double most = 16;
    constexpr double largest = 1e18;
    double factor = static_cast<double>(wanted_bytes) / static_cast<double>(bytes == 0 ? 1 : bytes);
    if (factor > most) factor = most;
    const double next = static_cast<double>(keys) * factor;
    return next < 1 ? 1 : static_cast<std::uint64_t>(next < largest ? next : largest);
}

} // namespace detail::read_ahead

DATAEXPORT_DECL ReadAhead::ReadAhead(std::vector<std::unique_ptr<RowSource>> sources,
                                     std::vector<std::unique_ptr<RowWriter>> writers, std::unique_ptr<Sha256State> hash,
                                     std::string position, ReadAheadSizes sizes)
    : sizes_(sizes), sources_(std::move(sources)), hash_(std::move(hash)), sliced_(sources_.size() > 1),
      position_(std::move(position)), keys_(sizes.keys) {
    if (!sliced_) {
        const auto first = sources_.front()->slice(position_, keys_);
        sliced_ = first && first->has_value();
    }
    for (auto& writer : writers) {
        give_back(std::move(writer));
    }
    try {
        for (const auto& source : sources_) {
            threads_.emplace_back([this, &source] { read(*source); });
        }
    } catch (const std::system_error&) { // Those that there are do the work of the others.
    }
    const std::lock_guard lock(mutex_);
    ended_ = ended_ || threads_.empty();
}

DATAEXPORT_DECL ReadAhead::~ReadAhead() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) {
        thread.join();
    }
}

DATAEXPORT_DECL std::optional<ReadAhead::Piece> ReadAhead::next() {
    std::unique_lock lock(mutex_);
    bool found = false;
    changed_.wait(lock, [&] { return (found = find_next()) || (ended_ && taken_ == begun_); });
    if (!found) return std::nullopt;
    auto piece = std::move(done_.back().piece);
    done_.pop_back();
    ++taken_;
    if (!piece) ended_ = true;
    return piece;
}

DATAEXPORT_DECL std::size_t ReadAhead::find(std::uint64_t number) const {
    std::size_t at = 0;
    while (at < done_.size() && done_[at].number != number) {
        ++at;
    }
    return at;
}

DATAEXPORT_DECL bool ReadAhead::find_next() {
    const auto at = find(taken_);
    if (at == done_.size() || (hash_ && done_[at].piece && taken_ >= hashed_)) return false;
    std::swap(done_[at], done_.back());
    return true;
}

DATAEXPORT_DECL void ReadAhead::give_back(std::unique_ptr<RowWriter> writer) {
    writer->clear_output();
    writer->resume(0, {});
    writer->set_output_limit(sizes_.piece_bytes * (sliced_ ? detail::read_ahead::largest_piece : 1));
    {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(writer));
    }
    changed_.notify_all();
}

DATAEXPORT_DECL void ReadAhead::read(RowSource& source) {
    while (auto task = take_task(source)) {
        std::optional<Piece> piece;
        try {
            piece = perform(source, *task);
        } catch (...) { // Code of the host; the owner will meet it again.
        }
        hand_in(*task, std::move(piece));
    }
}

DATAEXPORT_DECL std::optional<ReadAhead::Task> ReadAhead::take_task(RowSource& source) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || !idle_.empty(); });
    if (ended_) return std::nullopt;
    Task task;
    if (sliced_) {
        task.slice = cut_slice(source);
        task.keys = keys_;
        if (!task.slice) {
            ended_ = true;
            changed_.notify_all();
            return std::nullopt;
        }
    }
    task.number = begun_++;
    task.writer = std::move(idle_.back());
    idle_.pop_back();
    return task;
}

DATAEXPORT_DECL std::optional<RowSlice> ReadAhead::cut_slice(RowSource& source) {
    try {
        auto slice = source.slice(position_, keys_);
        if (!slice || !*slice) return std::nullopt;
        position_ = (*slice)->next;
        return *std::move(slice);
    } catch (...) { // As above.
        return std::nullopt;
    }
}

DATAEXPORT_DECL std::optional<ReadAhead::Piece> ReadAhead::perform(RowSource& source, Task& task) const {
    if (task.slice) {
        if (!source.start(task.slice->rows)) return std::nullopt;
    }
    auto& writer = *task.writer;
    const auto limit = sizes_.piece_bytes * (sliced_ ? detail::read_ahead::largest_piece : 1);
    for (std::size_t fruitless = 0;;) {
        const auto before = writer.rows();
        const auto fetched = source.fetch(sizes_.batch_rows, writer);
        if (!fetched || writer.failure() || writer.rows() - before != fetched->rows) return std::nullopt;
        if (fetched->end) {
            auto next = task.slice ? task.slice->next : source.position();
            return Piece{std::move(task.writer), std::move(next), {}, !task.slice};
        }
        constexpr std::size_t most_fruitless = 1000;
        fruitless = fetched->rows == 0 ? fruitless + 1 : 0;
        if (fruitless > most_fruitless) return std::nullopt;
        if (writer.output().size() < limit) continue;
        if (task.slice) return std::nullopt;
        return Piece{std::move(task.writer), source.position(), {}, false};
    }
}

DATAEXPORT_DECL void ReadAhead::hand_in(const Task& task, std::optional<Piece> piece) {
    std::unique_lock lock(mutex_);
    if (!piece || piece->last) ended_ = true;
    if (piece && task.slice) {
        keys_ = detail::read_ahead::adapted(task.keys, piece->writer->output().size(), sizes_.piece_bytes);
    }
    done_.push_back({task.number, std::move(piece)});
    if (hash_ && !hashing_) hash(lock);
    lock.unlock();
    changed_.notify_all();
}

DATAEXPORT_DECL void ReadAhead::hash(std::unique_lock<std::mutex>& lock) {
    hashing_ = true;
    for (auto at = find(hashed_); at != done_.size() && done_[at].piece; at = find(hashed_)) {
        const auto text = done_[at].piece->writer->output();
        lock.unlock();
        hash_->update(text);
        auto state = hash_->state();
        lock.lock();
        done_[find(hashed_)].piece->hash = std::move(state);
        ++hashed_;
        changed_.notify_all();
    }
    hashing_ = false;
}

DATAEXPORT_NAMESPACE_END
