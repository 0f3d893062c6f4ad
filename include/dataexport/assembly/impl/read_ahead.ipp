#pragma once

#include <dataexport/assembly/read_ahead.hpp>

#include <algorithm>
#include <system_error>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::read_ahead {

/// A slice that has this many times the bytes it should have is left to the owner, who needs no memory for it.
inline constexpr std::size_t largest_piece = 4;
/// Pieces that are read, waiting and being stored, for each thread.
inline constexpr std::size_t pieces_per_reader = 3;

/// How many keys the next slice should span, after one whose size is known.
inline std::uint64_t adapted(std::uint64_t keys, std::size_t bytes, std::size_t wanted_bytes) {
    constexpr double most = 16;
    const double factor = static_cast<double>(wanted_bytes) / static_cast<double>(std::max<std::size_t>(bytes, 1));
    const double next = static_cast<double>(keys) * std::clamp(factor, 1 / most, most);
    constexpr double largest = 1e18;
    return static_cast<std::uint64_t>(std::clamp(next, 1.0, largest));
}

} // namespace detail::read_ahead

DATAEXPORT_DECL ReadAhead::ReadAhead(std::unique_ptr<RowSource> source, std::string position, const OpenSource& open,
                                     const MakeWriter& make_writer, ReadAheadSizes sizes)
    : sizes_(sizes), position_(std::move(position)), keys_(std::max<std::uint64_t>(sizes.keys, 1)) {
    const auto first = source->slice(position_, keys_);
    sliced_ = first && first->has_value();
    sources_.push_back(std::move(source));
    while (sliced_ && sources_.size() < sizes_.readers) {
        auto another = open();
        if (!another) break; // The others do its work.
        sources_.push_back(std::move(*another));
    }
    for (std::size_t i = 0; i < sources_.size() * detail::read_ahead::pieces_per_reader; ++i) {
        auto writer = make_writer();
        if (!writer) break;
        give_back(std::move(*writer));
    }
    ended_ = idle_.empty();
    try {
        for (const auto& each : sources_) {
            threads_.emplace_back([this, &each] { read(*each); });
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
    changed_.wait(lock, [this] { return done_.contains(taken_) || (ended_ && taken_ == begun_); });
    const auto found = done_.find(taken_);
    if (found == done_.end()) return std::nullopt;
    auto piece = std::move(found->second);
    done_.erase(found);
    ++taken_;
    if (!piece) ended_ = true;
    return piece;
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
            return Piece{std::move(task.writer), std::move(next), !task.slice};
        }
        constexpr std::size_t most_fruitless = 1000;
        fruitless = fetched->rows == 0 ? fruitless + 1 : 0;
        if (fruitless > most_fruitless) return std::nullopt;
        if (writer.output().size() < limit) continue;
        if (task.slice) return std::nullopt;
        return Piece{std::move(task.writer), source.position(), false};
    }
}

DATAEXPORT_DECL void ReadAhead::hand_in(const Task& task, std::optional<Piece> piece) {
    {
        const std::lock_guard lock(mutex_);
        if (!piece || piece->last) ended_ = true;
        if (piece && task.slice) {
            keys_ = detail::read_ahead::adapted(task.keys, piece->writer->output().size(), sizes_.piece_bytes);
        }
        done_.emplace(task.number, std::move(piece));
    }
    changed_.notify_all();
}

DATAEXPORT_NAMESPACE_END
