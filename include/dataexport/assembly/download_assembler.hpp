/// @file
/// Makes the file of one export, step by step, so that it can be stopped and continued between any two bytes.
#pragma once

#include <dataexport/assembly/limits.hpp>
#include <dataexport/assembly/part_output.hpp>
#include <dataexport/assembly/read_ahead.hpp>
#include <dataexport/core/checkpoint.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/format/row_writer.hpp>
#include <dataexport/ports/clock.hpp>
#include <dataexport/ports/compressor.hpp>
#include <dataexport/ports/digest.hpp>
#include <dataexport/ports/export_store.hpp>
#include <dataexport/ports/file_store.hpp>
#include <dataexport/ports/row_source.hpp>
#include <dataexport/ports/telemetry.hpp>
#include <dataexport/request/export_kind.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// What an assembler works with. Everything is borrowed and has to outlive it.
struct AssemblyPorts {
    ExportStore& store;
    FileStore& files;
    const ExportKinds& kinds;
    const Digest& digest;
    const Clock& clock;
    Telemetry& telemetry;
    Compressors compressors{}; ///< For the exports that ask for one.
};

/// Assembles the file of a claimed export: fetch rows, write them, store a chunk, make a checkpoint; at the end publish
/// the file and finish the record.
///
/// The order within a chunk is what resume rests on: the bytes are appended and synced before the checkpoint that
/// counts them is stored, and the part is cut back to the checkpoint when an export is taken up again. The finished
/// file is therefore the same whether or not its making was interrupted, and wherever.
///
/// A large export is read ahead, as `Limits::readers` says, while this thread stores what was read. Near a limit, and
/// where anything goes wrong, it is read by this thread alone.
///
/// Thread safety: one thread at a time.
class DownloadAssembler {
public:
    enum class Step : std::uint8_t { more, finished };

    /// @pre `claim` is a live claim of `ports.store`
    DownloadAssembler(AssemblyPorts ports, Claim claim, Limits limits);
    /// Lets go of the part; what was not yet in a checkpoint will be made again by the next worker.
    ~DownloadAssembler();
    DownloadAssembler(const DownloadAssembler&) = delete;
    DownloadAssembler& operator=(const DownloadAssembler&) = delete;

    /// Does the next piece of work: opens the export, fetches one batch, or publishes and finishes.
    /// @return `Errc::lease_lost` when the claim ended, after which nothing may be done but `abandon`; any other error
    /// ends this attempt. After an error or `Step::finished` no further step is made.
    [[nodiscard]] Result<Step> step();

    /// Stores what was written so far and makes a checkpoint, so that another worker continues exactly here.
    [[nodiscard]] Result<void> pause();

    /// Gives up what the claim was for, after `Errc::lease_lost`: removes the part if the export is finished or gone.
    /// Else the part stays, for whoever continues the export.
    void abandon() noexcept;

    [[nodiscard]] const Claim& claim() const noexcept { return claim_; }
    /// Whether this attempt has stored rows; the number of attempts then counts anew.
    [[nodiscard]] bool progressed() const noexcept { return progressed_; }
    /// Rows to fetch at once as they stand now.
    [[nodiscard]] std::size_t batch_rows() const noexcept { return batch_rows_; }

private:
    enum class Chunk : std::uint8_t { inner, last, cut }; ///< `cut`: the last one, although more rows match.

    struct ReachedLimit {
        std::string_view code; ///< Of the warning.
        std::string what;      ///< `10 rows`
        OnLimit policy;
    };

    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<std::unique_ptr<RowSource>> open_source() const;
    [[nodiscard]] Result<std::unique_ptr<RowWriter>> make_writer() const;
    [[nodiscard]] Result<void> start_source();
    [[nodiscard]] Result<void> read_and_store();
    [[nodiscard]] Result<Fetched> fetch();
    [[nodiscard]] Result<void> begin_read_ahead();
    [[nodiscard]] std::size_t readers() const noexcept;
    [[nodiscard]] bool may_read_ahead() const noexcept;
    /// How much text to read before it is stored: little, as long as others might read ahead.
    [[nodiscard]] std::size_t chunk_bytes() const noexcept;
    [[nodiscard]] Result<void> store_piece();
    /// Whether the piece ends before all limits.
    [[nodiscard]] Result<bool> is_ordinary(const RowWriter& piece);
    [[nodiscard]] Result<void> go_on_alone();
    [[nodiscard]] Result<bool> more_rows_follow();
    [[nodiscard]] std::optional<ReachedLimit> reached_limit() const;
    [[nodiscard]] Result<bool> has_room(std::size_t bytes);
    [[nodiscard]] Result<void> stop_without_room();
    void limit_output();
    /// @pre `limit` is set for a cut
    [[nodiscard]] Result<void> store_chunk(Chunk chunk, const std::optional<ReachedLimit>& limit);
    [[nodiscard]] Result<void> make_checkpoint(PartOutput::Upto upto, const std::optional<Warning>& cut);
    [[nodiscard]] Result<void> publish_and_finish();
    [[nodiscard]] std::uint64_t row_limit() const noexcept;

    AssemblyPorts ports_;
    Claim claim_;
    Limits limits_;
    PartId part_;
    std::vector<Column> columns_;
    std::unique_ptr<RowSource> source_; ///< Null while rows are read ahead.
    std::unique_ptr<RowWriter> writer_;
    PartOutput output_;
    RowPlace place_;        ///< Behind what was put into the part.
    Checkpoint checkpoint_; ///< The last one that was stored.
    std::optional<ReadAhead> ahead_;
    bool near_limit_ = false; ///< Nothing is read ahead any more.
    std::vector<Warning> request_warnings_;
    std::size_t batch_rows_;
    std::size_t empty_pages_ = 0;
    bool opened_ = false;
    bool progressed_ = false;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/assembly/impl/download_assembler.ipp>
#endif
