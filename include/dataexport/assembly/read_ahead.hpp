/// @file
/// Reads and formats the rows of one export in threads, ahead of whoever stores them.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/format/row_writer.hpp>
#include <dataexport/ports/digest.hpp>
#include <dataexport/ports/row_source.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// How much is read ahead.
struct ReadAheadSizes {
    std::size_t piece_bytes = std::size_t{1} << 20; ///< What a piece should have.
    std::size_t batch_rows = 10'000;                ///< Rows to fetch at once.
    std::uint64_t keys = 1;                         ///< Values of the key for the first slice; later ones adapt.
};

/// Pieces of a file, each made of the rows that follow those of the piece before it.
///
/// It only ever helps: whatever is out of the ordinary (an error, a cell that cannot be written, a slice with far more
/// rows than expected) ends the pieces in front of it, and the owner goes on from there by itself. What the rows
/// become is the same either way.
///
/// Thread safety: one thread at a time for the owner. Sources and writers are used in threads of their own, one
/// each at a time.
class ReadAhead {
public:
    struct Piece {
        std::unique_ptr<RowWriter>
            writer;        ///< Holds the bytes, the number of rows and the warnings of this piece alone.
        std::string next;  ///< The position behind its rows.
        std::string hash;  ///< The state of the hash behind its bytes; empty if they are not hashed.
        bool last = false; ///< There are no rows behind it.
    };
    /// Pieces that are read, waiting and being stored, for each source; each takes a writer.
    static constexpr std::size_t pieces_per_source = 3;

    /// Begins to read, in a thread for each source.
    /// @param sources the first one stands at `position`; there are others only if it can be sliced there.
    /// @param writers at least one
    /// @param hash of the bytes in front of the pieces; none: they are not hashed.
    ReadAhead(std::vector<std::unique_ptr<RowSource>> sources, std::vector<std::unique_ptr<RowWriter>> writers,
              std::unique_ptr<Sha256State> hash, std::string position, ReadAheadSizes sizes);
    /// Stops reading.
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    /// Waits for the next piece. @return none if what follows has to be read without this; there are no more then.
    [[nodiscard]] std::optional<Piece> next();
    /// Takes a writer back, to be used for another piece.
    void give_back(std::unique_ptr<RowWriter> writer);

private:
    struct Task {
        std::uint64_t number = 0;
        std::unique_ptr<RowWriter> writer;
        std::optional<RowSlice> slice; ///< None: the rows that the source stands at.
        std::uint64_t keys = 0;
    };

    struct Done {
        std::uint64_t number;
        std::optional<Piece> piece; ///< None: it has to be read without this.
    };

    void read(RowSource& source);
    /// @return the place of a piece in `done_`, or behind its end. @pre the mutex is held
    [[nodiscard]] std::size_t find(std::uint64_t number) const;
    /// Moves the next piece to the end of `done_`. @return whether it is there. @pre the mutex is held
    [[nodiscard]] bool find_next();
    [[nodiscard]] std::optional<Task> take_task(RowSource& source);
    /// @pre the mutex is held
    [[nodiscard]] std::optional<RowSlice> cut_slice(RowSource& source);
    [[nodiscard]] std::optional<Piece> perform(RowSource& source, Task& task) const;
    void hand_in(const Task& task, std::optional<Piece> piece);
    /// Hashes the pieces whose turn it is, unless another thread is doing that.
    void hash(std::unique_lock<std::mutex>& lock);

    const ReadAheadSizes sizes_;
    const std::vector<std::unique_ptr<RowSource>> sources_;
    const std::unique_ptr<Sha256State> hash_; ///< Used by the thread that is hashing.
    bool sliced_;

    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::vector<std::unique_ptr<RowWriter>> idle_; ///< Bounds what is read ahead: each piece needs one.
    std::vector<Done> done_;
    std::string position_; ///< Behind the last slice that was given to a thread.
    std::uint64_t keys_;
    std::uint64_t begun_ = 0; ///< Pieces that were given to a thread.
    std::uint64_t hashed_ = 0;
    std::uint64_t taken_ = 0;
    bool hashing_ = false; ///< A thread is hashing.
    bool ended_ = false;   ///< No more pieces are begun.

    std::vector<std::thread> threads_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/assembly/impl/read_ahead.ipp>
#endif
