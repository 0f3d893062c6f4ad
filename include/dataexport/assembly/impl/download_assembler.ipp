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
    : ports_(ports), claim_(std::move(claim)), limits_(limits), part_{claim_.record.id, claim_.fence},
      hash_(ports_.digest.sha256()), request_warnings_(claim_.record.warnings),
      batch_rows_(claim_.batch_rows != 0 ? claim_.batch_rows : limits.batch_rows) {}

DATAEXPORT_DECL DownloadAssembler::~DownloadAssembler() { ports_.files.close_part(part_); }

DATAEXPORT_DECL Result<DownloadAssembler::Step> DownloadAssembler::step() {
    if (!opened_) {
        if (auto opened = open(); !opened) return opened.error();
        return Step::more;
    }
    if (!checkpoint_.complete) {
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
        if (chunk != Chunk::inner || writer_->output().size() >= limits_.chunk_bytes) {
            const auto room = has_room();
            if (!room) return room.error();
            auto stored = *room ? store_chunk(chunk, limit) : stop_without_room();
            if (!stored) return stored.error();
        }
        return Step::more;
    }
    if (auto finished = publish_and_finish(); !finished) return finished.error();
    return Step::finished;
}

DATAEXPORT_DECL Result<void> DownloadAssembler::open() {
    const auto& record = claim_.record;
    const auto* kind = ports_.kinds.find(record.query_type);
    if (kind == nullptr) {
        return Error{Errc::invalid_query_type, "No processor found for this query type: " + record.query_type};
    }
    auto source = kind->open(record);
    if (!source) return source.error();
    source_ = std::move(*source);
    auto writer = make_row_writer(record.format, source_->columns(), record.dialect);
    if (!writer) return writer.error();
    writer_ = std::move(*writer);

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
    if (!from.digest_state.empty() && !hash_->restore(from.digest_state)) {
        return Error{Errc::corrupt, "The checkpoint holds no hash that can be continued"};
    }
    opened_ = true;
    return start_source(std::move(from));
}

DATAEXPORT_DECL Result<void> DownloadAssembler::start_source(Checkpoint from) {
    checkpoint_ = std::move(from);
    writer_->resume(checkpoint_.rows, checkpoint_.warnings);
    limit_output();
    if (checkpoint_.complete) return ok();
    if (checkpoint_.bytes == 0) writer_->begin();
    if (auto started = source_->start(checkpoint_.cursor); !started) return started.error();
    if (!checkpoint_.cursor.empty()) return ok();
    // The first checkpoint holds no row, but it does hold the upper bound of what will be read.
    checkpoint_.cursor = source_->position();
    checkpoint_.digest_state = hash_->state();
    return ports_.store.checkpoint(part_.export_id, part_.fence, checkpoint_);
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
    if (limits_.max_bytes && checkpoint_.bytes + writer_->output().size() >= *limits_.max_bytes) {
        return ReachedLimit{"byte_limit", std::to_string(*limits_.max_bytes) + " bytes", limits_.on_limit};
    }
    return std::nullopt;
}

DATAEXPORT_DECL Result<bool> DownloadAssembler::has_room() {
    if (!limits_.organization_bytes) return true;
    const auto usage = ports_.store.usage(claim_.record.organization);
    if (!usage) return usage.error();
    return usage->bytes + writer_->output().size() <= *limits_.organization_bytes;
}

DATAEXPORT_DECL Result<void> DownloadAssembler::stop_without_room() {
    if (limits_.on_limit == OnLimit::fail || checkpoint_.rows == 0) {
        return Error{Errc::quota_exceeded,
                     "Your organization has no room for this file. Delete exports that are no longer needed, then "
                     "retry."};
    }
    Checkpoint last = checkpoint_;
    last.complete = true;
    add_warning(last.warnings, "storage_limit",
                "The export was cut because your organization has no room for more; more rows match.");
    if (auto stored = ports_.store.checkpoint(part_.export_id, part_.fence, last); !stored) return stored;
    checkpoint_ = std::move(last);
    writer_->clear_output();
    return ok();
}

DATAEXPORT_DECL void DownloadAssembler::limit_output() {
    auto bytes = limits_.chunk_bytes;
    if (limits_.max_bytes) {
        const auto left = *limits_.max_bytes - std::min(*limits_.max_bytes, checkpoint_.bytes);
        bytes = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, left));
    }
    writer_->set_output_limit(bytes);
}

DATAEXPORT_DECL Result<void> DownloadAssembler::store_chunk(Chunk chunk, const std::optional<ReachedLimit>& limit) {
    const auto output = writer_->output();
    if (auto appended = ports_.files.append(part_, output); !appended) return appended;
    hash_->update(output);
    const auto durable = ports_.files.sync(part_);
    if (!durable) return durable.error();
    Checkpoint next;
    next.cursor = source_->position();
    next.rows = writer_->rows();
    next.bytes = checkpoint_.bytes + output.size();
    next.digest_state = hash_->state();
    next.complete = chunk != Chunk::inner;
    next.warnings = writer_->warnings();
    if (chunk == Chunk::cut) {
        add_warning(next.warnings, limit->code,
                    "The export was cut at its limit of " + limit->what + "; more rows match.");
    }
    if (*durable != next.bytes) return Error{Errc::corrupt, "The part has another length than what was written to it"};
    if (auto stored = ports_.store.checkpoint(part_.export_id, part_.fence, next); !stored) return stored;
    progressed_ = progressed_ || next.rows > checkpoint_.rows;
    checkpoint_ = std::move(next);
    writer_->clear_output();
    limit_output();
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
    record.file = ExportedFile{record.file_name(), checkpoint_.bytes, to_hex(hash_->finish())};
    record.warnings = request_warnings_;
    for (const auto& warning : checkpoint_.warnings) {
        add_warning(record.warnings, warning.code, warning.detail, warning.count);
    }
    if (auto finished = ports_.store.finish(part_.export_id, part_.fence, *record.file, record.warnings,
                                            to_json(manifest(record, source_->columns())), *record.date_finished,
                                            *record.date_expired);
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
    if (!opened_ || checkpoint_.complete || writer_->output().empty()) return ok();
    return store_chunk(Chunk::inner, std::nullopt);
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
