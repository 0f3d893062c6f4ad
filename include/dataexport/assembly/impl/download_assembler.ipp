#pragma once

#include <dataexport/assembly/download_assembler.hpp>
#include <dataexport/assembly/manifest.hpp>
#include <dataexport/format/make_writer.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::download_assembler {

/// How many pages without a row a source may give in a row before it is taken to be broken.
inline constexpr std::size_t most_empty_pages = 1000;
/// Exports with less text than this are made by one thread, unless there is a setting.
inline constexpr std::size_t least_to_read_ahead = std::size_t{4} << 20;

/// Counts on whether there is a row, and wants only one.
class ProbeSink final : public CellSink {
public:
    void null() override {}
    void boolean(bool) override {}
    void integer(std::int64_t) override {}
    void unsigned_integer(std::uint64_t) override {}
    void real(double) override {}
    void decimal(std::string_view) override {}
    void text(std::string_view) override {}
    void timestamp(TimePoint) override {}
    void json(std::string_view) override {}
    void bytes(std::span<const unsigned char>) override {}
    bool end_row() override { return false; }
};

} // namespace detail::download_assembler

DATAEXPORT_DECL DownloadAssembler::DownloadAssembler(AssemblyPorts ports, Claim claim, Limits limits)
    : ports_(std::move(ports)), claim_(std::move(claim)), limits_(limits), part_{claim_.record.id, claim_.fence},
      output_(ports_.files, ports_.digest, part_, ports_.compressors.find(claim_.record.compression), readers()),
      request_warnings_(claim_.record.warnings),
      batch_rows_(claim_.batch_rows != 0 ? claim_.batch_rows : limits.batch_rows) {}

DATAEXPORT_DECL DownloadAssembler::~DownloadAssembler() { ports_.files.close_part(part_); }

DATAEXPORT_DECL Result<DownloadAssembler::Step> DownloadAssembler::step() {
    const bool finishes = opened_ && checkpoint_.complete;
    auto done = !opened_ ? open() : finishes ? publish_and_finish() : ahead_ ? store_piece() : read_and_store();
    if (!done) return done.error();
    return finishes ? Step::finished : Step::more;
}

DATAEXPORT_DECL Result<void> DownloadAssembler::read_and_store() {
    const auto fetched = fetch();
    if (!fetched) return fetched.error();
    auto chunk = fetched->end ? Chunk::last : Chunk::inner;
    const auto limit = reached_limit();
    if (chunk == Chunk::inner && limit) {
        const auto more = more_rows_follow();
        if (!more) return more.error();
        if (*more && limit->policy == OnLimit::fail) {
            return Error{Errc::limit_exceeded, "The export reached its limit of " + limit->what +
                                                   " and more rows match. Please narrow the request."};
        }
        chunk = *more ? Chunk::cut : Chunk::last;
    }
    if (chunk == Chunk::inner && writer_->output().size() < chunk_bytes()) return ok();
    const auto room = has_room(writer_->output().size());
    if (!room) return room.error();
    auto stored = *room ? store_chunk(chunk, limit) : stop_without_room();
    return stored && !checkpoint_.complete ? begin_read_ahead() : stored;
}

DATAEXPORT_DECL Result<void> DownloadAssembler::open() {
    const auto compression = claim_.record.compression;
    if (compression != Compression::none && ports_.compressors.find(compression) == nullptr) {
        return Error{Errc::invalid_configuration,
                     "This server cannot make files with the compression " + std::string(to_string(compression))};
    }
    auto source = open_source();
    if (!source) return source.error();
    source_ = std::move(*source);
    columns_.assign(source_->columns().begin(), source_->columns().end());

    Checkpoint from = claim_.checkpoint.value_or(Checkpoint{});
    // A worker that vanished between publishing and finishing has left no part, and nothing to do with one.
    const bool published = from.complete && ports_.files.publish(part_, from.bytes).has_value();
    auto part = published ? ok() : ports_.files.open_part(part_, from.bytes);
    if (!part && part.error().code == Errc::corrupt && from.bytes != 0) {
        // The part is not what the checkpoint says, so nothing can be continued: everything is made again.
        ports_.telemetry.log(LogLevel::warning, "dataexport.part_lost", {});
        from = Checkpoint{};
        part = ports_.files.open_part(part_, 0);
    }
    if (!part) return part.error();
    if (auto resumed = output_.resume(from); !resumed) return resumed;
    opened_ = true;
    checkpoint_ = std::move(from);
    place_ = {checkpoint_.cursor, checkpoint_.rows, checkpoint_.warnings};
    return start_source();
}

DATAEXPORT_DECL Result<std::unique_ptr<RowSource>> DownloadAssembler::open_source() const {
    const auto& record = claim_.record;
    const auto* kind = ports_.kinds.find(record.query_type);
    if (kind == nullptr) {
        return Error{Errc::invalid_query_type, "No processor found for this query type: " + record.query_type};
    }
    return kind->open(record);
}

DATAEXPORT_DECL Result<std::unique_ptr<RowWriter>> DownloadAssembler::make_writer() const {
    return make_row_writer(claim_.record.format, columns_, claim_.record.dialect);
}

DATAEXPORT_DECL Result<void> DownloadAssembler::start_source() {
    auto writer = make_writer();
    if (!writer) return writer.error();
    writer_ = std::move(*writer);
    writer_->resume(place_.rows, place_.warnings);
    limit_output();
    if (checkpoint_.complete) return ok();
    if (output_.text() == 0) writer_->begin();
    if (auto started = source_->start(place_.cursor); !started) return started.error();
    if (!place_.cursor.empty()) return ok();
    // The first checkpoint holds no row, but it does hold the upper bound of what will be read.
    place_.cursor = source_->position();
    output_.set_start(place_.cursor);
    return make_checkpoint(PartOutput::Upto::part, std::nullopt);
}

DATAEXPORT_DECL Result<Fetched> DownloadAssembler::fetch() {
    const auto left = row_limit() - writer_->rows();
    if (left == 0) return Fetched{};
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(batch_rows_, left));
    const auto before = writer_->rows();
    auto fetched = source_->fetch(want, *writer_);
    if (!fetched) return fetched;
    if (writer_->failure()) return *writer_->failure();
    if (writer_->rows() - before != fetched->rows || fetched->rows > want) {
        return Error{Errc::schema_drift, "The row source counted other rows than it gave"};
    }
    empty_pages_ = fetched->rows == 0 ? empty_pages_ + 1 : 0;
    if (!fetched->end && empty_pages_ > detail::download_assembler::most_empty_pages) {
        return Error{Errc::query_failed, "The row source gives neither rows nor an end"};
    }
    if (batch_rows_ < limits_.batch_rows) batch_rows_ = std::min(batch_rows_ * 2, limits_.batch_rows);
    return fetched;
}

DATAEXPORT_DECL Result<bool> DownloadAssembler::more_rows_follow() {
    detail::download_assembler::ProbeSink probe;
    for (std::size_t page = 0; page <= detail::download_assembler::most_empty_pages; ++page) {
        const auto fetched = source_->fetch(1, probe);
        if (!fetched) return fetched.error();
        if (fetched->rows > 0) return true;
        if (fetched->end) return false;
    }
    return Error{Errc::query_failed, "The row source gives neither rows nor an end"};
}

DATAEXPORT_DECL std::optional<DownloadAssembler::ReachedLimit> DownloadAssembler::reached_limit() const {
    if (writer_->rows() == row_limit()) {
        const bool asked_for = claim_.record.limit && *claim_.record.limit <= limits_.max_rows;
        return ReachedLimit{"row_limit", std::to_string(row_limit()) + " rows",
                            asked_for ? OnLimit::cut : limits_.on_limit};
    }
    if (limits_.max_bytes && output_.text() + writer_->output().size() >= *limits_.max_bytes) {
        return ReachedLimit{"byte_limit", std::to_string(*limits_.max_bytes) + " bytes", limits_.on_limit};
    }
    return std::nullopt;
}

DATAEXPORT_DECL Result<bool> DownloadAssembler::has_room(std::size_t bytes) {
    if (!limits_.organization_bytes) return true;
    const auto usage = ports_.store.usage(claim_.record.organization);
    if (!usage) return usage.error();
    return usage->bytes + output_.pending() + bytes <= *limits_.organization_bytes;
}

DATAEXPORT_DECL Result<void> DownloadAssembler::stop_without_room() {
    if (limits_.on_limit == OnLimit::fail || place_.rows == 0) {
        return Error{Errc::quota_exceeded,
                     "Your organization has no room for this file. Delete exports that are no longer needed, then "
                     "retry."};
    }
    writer_->clear_output();
    return make_checkpoint(
        PartOutput::Upto::end,
        Warning{"storage_limit",
                "The export was cut because your organization has no room for more; more rows match."});
}

DATAEXPORT_DECL void DownloadAssembler::limit_output() {
    auto bytes = chunk_bytes();
    if (limits_.max_bytes) {
        const auto left = *limits_.max_bytes - std::min(*limits_.max_bytes, output_.text());
        bytes = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, left));
    }
    writer_->set_output_limit(bytes);
}

DATAEXPORT_DECL Result<void> DownloadAssembler::begin_read_ahead() {
    if (!may_read_ahead() || (!limits_.readers && output_.text() < detail::download_assembler::least_to_read_ahead)) {
        return ok();
    }
    ReadAheadSizes sizes;
    sizes.piece_bytes = std::clamp(limits_.chunk_bytes, std::size_t{1024}, sizes.piece_bytes);
    sizes.batch_rows = batch_rows_;
    const auto bytes_per_row = output_.text() / std::max<std::uint64_t>(place_.rows, 1) + 1;
    sizes.keys = sizes.piece_bytes / bytes_per_row + 1;
    const auto slice = source_->slice(place_.cursor, sizes.keys);
    const bool sliced = slice && slice->has_value();
    std::vector<std::unique_ptr<RowSource>> sources;
    sources.push_back(std::move(source_));
    while (sliced && sources.size() < readers()) {
        auto another = open_source();
        if (!another) break; // The others do its work.
        sources.push_back(std::move(*another));
    }
    std::vector<std::unique_ptr<RowWriter>> writers;
    while (writers.size() < sources.size() * ReadAhead::pieces_per_source) {
        auto writer = make_writer();
        if (!writer) return writer.error();
        writers.push_back(std::move(*writer));
    }
    // One reader has enough to do: who stores its pieces hashes them.
    auto hash = sources.size() > 1 ? output_.hash_ahead() : nullptr;
    ahead_.emplace(std::move(sources), std::move(writers), std::move(hash), place_.cursor, sizes);
    return ok();
}

DATAEXPORT_DECL bool DownloadAssembler::may_read_ahead() const noexcept { return readers() != 0 && !near_limit_; }

DATAEXPORT_DECL std::size_t DownloadAssembler::chunk_bytes() const noexcept {
    if (!may_read_ahead()) return limits_.chunk_bytes;
    const auto alone = limits_.readers ? ReadAheadSizes{}.piece_bytes : detail::download_assembler::least_to_read_ahead;
    return std::min(limits_.chunk_bytes, alone);
}

DATAEXPORT_DECL std::size_t DownloadAssembler::readers() const noexcept {
    return limits_.readers.value_or(std::thread::hardware_concurrency());
}

DATAEXPORT_DECL Result<void> DownloadAssembler::store_piece() {
    auto piece = ahead_->next();
    if (!piece) return go_on_alone();
    const auto& writer = *piece->writer;
    const auto ordinary = is_ordinary(writer);
    if (!ordinary) return ordinary.error();
    if (!*ordinary) {
        near_limit_ = true;
        return go_on_alone();
    }
    place_.cursor = std::move(piece->next);
    place_.rows += writer.rows();
    for (const auto& [code, detail, count] : writer.warnings()) {
        add_warning(place_.warnings, code, detail, count);
    }
    if (auto put = output_.put(writer.output(), place_, piece->hash); !put) return put;
    ahead_->give_back(std::move(piece->writer));
    if (!piece->last && output_.ready() < limits_.chunk_bytes) return ok();
    return make_checkpoint(piece->last ? PartOutput::Upto::end : PartOutput::Upto::part, std::nullopt);
}

DATAEXPORT_DECL Result<bool> DownloadAssembler::is_ordinary(const RowWriter& piece) {
    if (place_.rows + piece.rows() >= row_limit()) return false;
    if (limits_.max_bytes && output_.text() + piece.output().size() >= *limits_.max_bytes) return false;
    return has_room(piece.output().size());
}

DATAEXPORT_DECL Result<void> DownloadAssembler::go_on_alone() {
    ahead_.reset();
    auto source = open_source();
    if (!source) return source.error();
    source_ = std::move(*source);
    return start_source();
}

DATAEXPORT_DECL Result<void> DownloadAssembler::store_chunk(Chunk chunk, const std::optional<ReachedLimit>& limit) {
    place_ = {source_->position(), writer_->rows(), writer_->warnings()};
    if (auto put = output_.put(writer_->output(), place_); !put) return put;
    std::optional<Warning> cut;
    if (chunk == Chunk::cut) {
        cut = Warning{std::string(limit->code),
                      "The export was cut at its limit of " + limit->what + "; more rows match."};
    }
    if (auto made = make_checkpoint(chunk == Chunk::inner ? PartOutput::Upto::members : PartOutput::Upto::end, cut);
        !made)
        return made;
    writer_->clear_output();
    limit_output();
    return ok();
}

DATAEXPORT_DECL Result<void> DownloadAssembler::make_checkpoint(PartOutput::Upto upto,
                                                                const std::optional<Warning>& cut) {
    auto next = output_.sync(upto);
    if (!next) return next.error();
    if (cut) add_warning(next->warnings, cut->code, cut->detail);
    if (auto stored = ports_.store.checkpoint(part_.export_id, part_.fence, *next); !stored) return stored;
    progressed_ = progressed_ || next->rows > checkpoint_.rows;
    checkpoint_ = *std::move(next);
    return ok();
}

DATAEXPORT_DECL Result<void> DownloadAssembler::publish_and_finish() {
    if (auto published = ports_.files.publish(part_, checkpoint_.bytes); !published) return published;
    ExportedData record = claim_.record;
    const TimePoint now = ports_.clock.now();
    record.date_finished = now;
    record.date_expired = now + limits_.expiration;
    record.rows = checkpoint_.rows;
    record.bytes = checkpoint_.bytes;
    record.state = ExportState::finished;
    record.file = ExportedFile{record.file_name(), checkpoint_.bytes, to_hex(output_.hash())};
    record.warnings = request_warnings_;
    for (const auto& warning : checkpoint_.warnings) {
        add_warning(record.warnings, warning.code, warning.detail, warning.count);
    }
    if (auto finished =
            ports_.store.finish(part_.export_id, part_.fence, *record.file, record.warnings,
                                to_json(manifest(record, columns_)), *record.date_finished, *record.date_expired);
        !finished) {
        return finished;
    }
    const std::array labels{Label{"format", to_string(record.format)}, Label{"query_type", record.query_type},
                            Label{"success", "true"}};
    ports_.telemetry.observe("dataexport.row_count", static_cast<double>(record.rows), labels);
    ports_.telemetry.observe("dataexport.file_size", static_cast<double>(record.bytes), labels);
    ports_.telemetry.observe("dataexport.duration", std::chrono::duration<double>(now - record.date_added).count(),
                             labels);
    ports_.telemetry.count("dataexport.end", labels);
    return ok();
}

DATAEXPORT_DECL Result<void> DownloadAssembler::pause() {
    if (!opened_ || checkpoint_.complete) return ok();
    if (ahead_) return output_.pending() == 0 ? ok() : make_checkpoint(PartOutput::Upto::members, std::nullopt);
    return writer_->output().empty() ? ok() : store_chunk(Chunk::inner, std::nullopt);
}

DATAEXPORT_DECL void DownloadAssembler::abandon() noexcept {
    const auto record = ports_.store.find(part_.export_id);
    const bool useless = record ? record->state == ExportState::finished : record.error().code == Errc::not_found;
    if (!useless) return;
    // A part that cannot be removed now is an orphan, which housekeeping finds.
    (void)ports_.files.discard_part(part_);
}

DATAEXPORT_DECL std::uint64_t DownloadAssembler::row_limit() const noexcept {
    return std::min(claim_.record.limit.value_or(limits_.max_rows), limits_.max_rows);
}

DATAEXPORT_NAMESPACE_END
