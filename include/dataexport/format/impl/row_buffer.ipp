#pragma once

#include <dataexport/format/row_buffer.hpp>
#include <dataexport/format/text_encoding.hpp>

#include <cstring>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL RowBuffer::RowBuffer(std::vector<std::string> names) : names_(std::move(names)) { grow(slack); }

DATAEXPORT_DECL void RowBuffer::clear_output() noexcept {
    const auto unfinished = row_size();
    std::memmove(storage_.data(), row_, unfinished);
    row_ = storage_.data();
    end_ = row_ + unfinished;
}

DATAEXPORT_DECL void RowBuffer::resume(std::uint64_t rows, const std::vector<Warning>& warnings) {
    rows_ = rows;
    warnings_ = warnings;
}

DATAEXPORT_DECL void RowBuffer::append(std::string_view bytes) {
    char* out = room(bytes.size());
    std::memcpy(out, bytes.data(), bytes.size());
    set_end(out + bytes.size());
}

DATAEXPORT_DECL void RowBuffer::grow(std::size_t size) {
    const auto filled = used();
    const auto whole_rows = output().size();
    constexpr std::size_t smallest = 1024;
    storage_.resize(smallest + (filled + size) * 2);
    row_ = storage_.data() + whole_rows;
    end_ = storage_.data() + filled;
}

DATAEXPORT_DECL void RowBuffer::drop_row() {
    if (!failure_) {
        failure_ = Error{Errc::schema_drift, "row " + std::to_string(rows_ + 1) + " has " + std::to_string(column_) +
                                                 " cells for " + std::to_string(names_.size()) + " columns"};
    }
    static_cast<void>(end_rows_at(row_));
}

DATAEXPORT_DECL void RowBuffer::fail(Errc code, std::string_view what) {
    if (failure_) return;
    std::string detail = in_header_ ? "header" : "row " + std::to_string(rows_ + 1);
    if (column_ < names_.size()) detail += ", column " + names_[column_];
    detail += ": ";
    detail += what;
    failure_ = Error{code, std::move(detail)};
}

DATAEXPORT_DECL std::string_view RowBuffer::checked_utf8(std::string_view text, InvalidUtf8 policy) {
    if (is_valid_utf8(text)) return text;
    if (policy == InvalidUtf8::fail) {
        fail(Errc::invalid_utf8, "the text is not UTF-8");
    } else {
        warn("invalid_utf8_replaced", "Text that was not UTF-8 has U+FFFD in place of the invalid bytes.");
    }
    valid_text_.clear();
    append_valid_utf8(valid_text_, text);
    return valid_text_;
}

DATAEXPORT_DECL std::string_view RowBuffer::non_finite_text(double value, NonFinite policy) {
    switch (policy) {
    case NonFinite::text:
        if (value != value) return "NaN";
        return value > 0 ? "Infinity" : "-Infinity";
    case NonFinite::fail:
        fail(Errc::not_a_number, "the value is not a finite number");
        return {};
    case NonFinite::null:
        break;
    }
    warn("non_finite_as_null", "Values that are not finite numbers are written as null.");
    return {};
}

DATAEXPORT_NAMESPACE_END
