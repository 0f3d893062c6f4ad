#pragma once

#include <dataexport/memory/memory_row_source.hpp>

#include <algorithm>
#include <optional>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::memory_row_source {

struct PutCell {
    CellSink& sink;

    void operator()(std::monostate) const { sink.null(); }
    void operator()(bool value) const { sink.boolean(value); }
    void operator()(std::int64_t value) const { sink.integer(value); }
    void operator()(std::uint64_t value) const { sink.unsigned_integer(value); }
    void operator()(double value) const { sink.real(value); }
    void operator()(const std::string& value) const { sink.text(value); }
    void operator()(TimePoint value) const { sink.timestamp(value); }
    void operator()(const DecimalCell& value) const { sink.decimal(value.digits); }
    void operator()(const JsonCell& value) const { sink.json(value.text); }
    void operator()(const std::vector<unsigned char>& value) const { sink.bytes(value); }
};

/// A position is the bound and the last key, each as `length:bytes`, and nothing else.
inline std::string join_keys(const std::string& bound, const std::string& after) {
    return std::to_string(bound.size()) + ':' + bound + std::to_string(after.size()) + ':' + after;
}

/// Takes one `length:bytes` off the front of `text`.
inline std::optional<std::string> take_key(std::string_view& text) {
    constexpr std::size_t most_digits = 9;
    std::size_t length = 0;
    std::size_t digits = 0;
    while (digits < text.size() && digits < most_digits && text[digits] >= '0' && text[digits] <= '9') {
        length = length * 10 + static_cast<std::size_t>(text[digits++] - '0');
    }
    if (digits == 0 || digits == text.size() || text[digits] != ':') return std::nullopt;
    text.remove_prefix(digits + 1);
    if (length > text.size()) return std::nullopt;
    std::string key(text.substr(0, length));
    text.remove_prefix(length);
    return key;
}

} // namespace detail::memory_row_source

DATAEXPORT_DECL void put_cell(CellSink& sink, const MemoryCell& cell) {
    std::visit(detail::memory_row_source::PutCell{sink}, cell);
}

DATAEXPORT_DECL MemoryRowSource::MemoryRowSource(std::vector<Column> columns, std::vector<MemoryRow> rows)
    : columns_(std::move(columns)), rows_(std::move(rows)) {}

DATAEXPORT_DECL Result<void> MemoryRowSource::start(std::string_view position) {
    if (position.empty()) {
        if (!rows_.empty()) bound_ = rows_.back().key;
        return ok();
    }
    auto bound = detail::memory_row_source::take_key(position);
    auto after = bound ? detail::memory_row_source::take_key(position) : std::nullopt;
    if (!after || !position.empty() || *after > *bound) {
        return Error{Errc::invalid_cursor, "the position was not made by this source"};
    }
    bound_ = *std::move(bound);
    after_ = *std::move(after);
    const auto is_before = [](const std::string& key, const MemoryRow& row) { return key < row.key; };
    next_ = static_cast<std::size_t>(std::upper_bound(rows_.begin(), rows_.end(), after_, is_before) - rows_.begin());
    return ok();
}

DATAEXPORT_DECL Result<Fetched> MemoryRowSource::fetch(std::size_t max_rows, CellSink& sink) {
    Fetched fetched;
    while (fetched.rows < max_rows && next_ < rows_.size() && rows_[next_].key <= bound_) {
        const auto& row = rows_[next_];
        if (row.key <= after_) return Error{Errc::order_violation, "a row does not come after the row before it"};
        for (const auto& cell : row.cells) {
            put_cell(sink, cell);
        }
        after_ = row.key;
        ++next_;
        ++fetched.rows;
        if (!sink.end_row()) break;
    }
    fetched.end = next_ == rows_.size() || rows_[next_].key > bound_;
    return fetched;
}

DATAEXPORT_DECL std::string MemoryRowSource::position() const {
    return detail::memory_row_source::join_keys(bound_, after_);
}

DATAEXPORT_NAMESPACE_END
