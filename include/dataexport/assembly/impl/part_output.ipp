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
    part_text_ = from.text + from.ahead;
    synced_text_ = part_text_;
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
        auto& member = members_->text();
        const auto taken = std::min(text.size(), member_bytes - member.size());
        if (member.capacity() < member_bytes && taken < text.size()) member.reserve(member_bytes);
        member.append(text.substr(0, taken));
        text.remove_prefix(taken);
        if (member.size() < member_bytes) break;
        members_->push();
        if (!members_->full()) continue;
        if (auto appended = append_member(); !appended) return appended;
    }
    return ok();
}

DATAEXPORT_DECL Result<void> PartOutput::append_member() {
    const auto member = members_->front();
    if (!member) return member.error();
    if (auto appended = append(member->bytes); !appended) return appended;
    part_text_ += member->text_bytes;
    members_->pop();
    return ok();
}

DATAEXPORT_DECL Result<Checkpoint> PartOutput::sync(Upto upto) {
    // A file without any text is a member without any text: nothing at all could not be unpacked.
    if (members_ && upto == Upto::end && (!members_->text().empty() || (bytes_ == 0 && members_->empty()))) {
        members_->push();
    }
    while (members_ && upto != Upto::part && !members_->empty()) {
        if (auto appended = append_member(); !appended) return appended.error();
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
    synced_text_ = part_text_;
    Checkpoint checkpoint;
    checkpoint.cursor = place.cursor;
    checkpoint.rows = place.rows;
    checkpoint.bytes = bytes_;
    checkpoint.text = text_end;
    checkpoint.digest_state = hash_->state();
    checkpoint.complete = upto == Upto::end;
    checkpoint.warnings = place.warnings;
    checkpoint.ahead = part_text_ - text_end;
    return checkpoint;
}

DATAEXPORT_NAMESPACE_END
