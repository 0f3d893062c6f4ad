#pragma once

#include <dataexport/assembly/part_output.hpp>

#include <algorithm>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL PartOutput::PartOutput(FileStore& files, const Digest& digest, PartId part,
                                       const Compressor* compressor, std::size_t threads)
    : files_(files), digest_(digest), part_(part), hash_(digest.sha256()) {
    if (compressor != nullptr) members_.emplace(*compressor, threads);
}

DATAEXPORT_DECL Result<void> PartOutput::resume(const Checkpoint& from) {
    if (!from.digest_state.empty() && !hash_->restore(from.digest_state)) {
        return Error{Errc::corrupt, "The checkpoint holds no hash that can be continued"};
    }
    bytes_ = from.bytes;
    synced_bytes_ = from.bytes;
    text_end_ = from.text;
    synced_text_ = from.text;
    part_text_ = from.text + from.ahead;
    repeated_ = from.ahead;
    marks_.assign(1, Mark{from.text, RowPlace{from.cursor, from.rows, from.warnings}});
    return ok();
}

DATAEXPORT_DECL std::unique_ptr<Sha256State> PartOutput::hash_ahead() const {
    if (members_) return nullptr;
    auto copy = digest_.sha256();
    return copy->restore(hash_->state()) ? std::move(copy) : nullptr;
}

DATAEXPORT_DECL Result<void> PartOutput::put(std::string_view text, RowPlace behind, std::string_view hash) {
    text_end_ += text.size();
    marks_.push_back({text_end_, std::move(behind)});
    const auto known = static_cast<std::size_t>(std::min<std::uint64_t>(repeated_, text.size()));
    repeated_ -= known;
    text.remove_prefix(known);
    if (members_) return compress(text);
    part_text_ = text_end_;
    return append(text, hash);
}

DATAEXPORT_DECL Result<void> PartOutput::append(std::string_view bytes, std::string_view hash) {
    if (bytes.empty()) return ok();
    if (auto appended = files_.append(part_, bytes); !appended) return appended;
    if (hash.empty() || !hash_->restore(hash)) hash_->update(bytes);
    bytes_ += bytes.size();
    return ok();
}

DATAEXPORT_DECL Result<void> PartOutput::compress(std::string_view text) {
    while (!text.empty()) {
        const auto taken = std::min(text.size(), member_bytes - member_.size());
        if (member_.capacity() < member_bytes && member_.size() + taken < text.size()) member_.reserve(member_bytes);
        member_.append(text.substr(0, taken));
        text.remove_prefix(taken);
        if (member_.size() < member_bytes) break;
        end_member();
        if (!members_->full()) continue;
        if (auto appended = take_member(); !appended) return appended;
    }
    return ok();
}

DATAEXPORT_DECL void PartOutput::end_member() {
    part_text_ += member_.size();
    members_->put(std::exchange(member_, {}));
}

DATAEXPORT_DECL Result<void> PartOutput::take_member() {
    const auto member = members_->take();
    if (!member) return member.error();
    return append(*member);
}

DATAEXPORT_DECL Result<Checkpoint> PartOutput::sync(bool complete) {
    // A file without any text is a member without any text: nothing at all could not be unpacked.
    if (members_ && complete && (!member_.empty() || (bytes_ == 0 && members_->empty()))) end_member();
    while (members_ && !members_->empty()) {
        if (auto appended = take_member(); !appended) return appended.error();
    }
    if (bytes_ != synced_bytes_) {
        const auto durable = files_.sync(part_);
        if (!durable) return durable.error();
        if (*durable != bytes_) return Error{Errc::corrupt, "The part has another length than what was written to it"};
        synced_bytes_ = bytes_;
    }
    while (marks_.size() > 1 && marks_[1].text_end <= part_text_) {
        marks_.pop_front();
    }
    const auto& [text_end, place] = marks_.front();
    synced_text_ = text_end_;
    Checkpoint checkpoint;
    checkpoint.cursor = place.cursor;
    checkpoint.rows = place.rows;
    checkpoint.bytes = bytes_;
    checkpoint.text = text_end;
    checkpoint.digest_state = hash_->state();
    checkpoint.complete = complete;
    checkpoint.warnings = place.warnings;
    checkpoint.ahead = part_text_ - text_end;
    return checkpoint;
}

DATAEXPORT_NAMESPACE_END
