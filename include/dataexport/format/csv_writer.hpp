/// @file
/// Rows as CSV.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/time.hpp>
#include <dataexport/format/csv_dialect.hpp>
#include <dataexport/format/number_text.hpp>
#include <dataexport/format/row_buffer.hpp>
#include <dataexport/format/row_writer.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

DATAEXPORT_NAMESPACE_BEGIN

/// Writes CSV: RFC 4180 if the dialect does not say otherwise.
///
/// Called through its own type, a cell costs no virtual call. Text is copied once, while it is looked at.
/// Warnings: `null_as_empty`, `invalid_utf8_replaced`, `nul_stripped`, `non_finite_as_null`, `formula_guarded`,
/// `formula_after_foreign_separator`, `excel_cell_limit`; the counts are cells.
class CsvWriter final : public RowWriter {
public:
    /// @param columns their names are the headings; `label_columns` gives them those of the dialect.
    /// @pre `dialect` has no contradiction that `CsvDialect::from_json` would refuse
    CsvWriter(std::span<const Column> columns, CsvDialect dialect);

    void begin() override;

    void null() override {
        if (null_warns_) [[unlikely]]
            warn_null_as_empty();
        char* out = rows_.room(null_text_.size());
        if (!null_text_.empty()) std::memcpy(out, null_text_.data(), null_text_.size());
        delimit(out + null_text_.size());
    }
    void boolean(bool value) override { bare(value ? "true" : "false"); }
    void integer(std::int64_t value) override { whole_number(value); }
    void unsigned_integer(std::uint64_t value) override { whole_number(value); }
    void real(double value) override {
        if (!std::isfinite(value)) [[unlikely]]
            return non_finite(value);
        char* out = open_quote(rows_.room(number_size));
        char* end = write_real(value, out);
        if (dialect_.decimal_comma) std::replace(out, end, '.', ',');
        delimit(close_quote(end));
    }
    void decimal(std::string_view digits) override;
    void text(std::string_view value) override {
        if (looks_plain(value)) [[likely]] {
            char* out = rows_.room(value.size());
            if (detail::byte_blocks::copy_until(value, out, special_) == value.size()) [[likely]] {
                return delimit(out + value.size());
            }
        }
        awkward_text(value, guard_);
    }
    void timestamp(TimePoint value) override {
        delimit(close_quote(write_iso(value, open_quote(rows_.room(iso_size)))));
    }
    void json(std::string_view value) override { awkward_text(value, FormulaGuard::off); }
    void bytes(std::span<const unsigned char> value) override;

    [[nodiscard]] bool end_row() override {
        if (!rows_.row_is_good()) [[unlikely]]
            return false;
        rows_.count_row();
        return rows_.end_rows_at(end_line());
    }

    [[nodiscard]] std::string_view output() const noexcept override { return rows_.output(); }
    void clear_output() noexcept override { rows_.clear_output(); }
    void set_output_limit(std::size_t bytes) noexcept override { rows_.set_output_limit(bytes); }
    [[nodiscard]] std::uint64_t rows() const noexcept override { return rows_.rows(); }
    [[nodiscard]] const std::optional<Error>& failure() const noexcept override { return rows_.failure(); }
    [[nodiscard]] std::vector<Warning> warnings() const override { return rows_.warnings(); }
    void resume(std::uint64_t rows, const std::vector<Warning>& warnings) override { rows_.resume(rows, warnings); }

private:
    /// Marks the bytes that text cannot be copied with unseen: controls, all that is not ASCII, quotes, delimiters.
    struct Special {
        detail::byte_blocks::Block delimiter, separator, other_separator;

        detail::byte_blocks::Block operator()(detail::byte_blocks::Block block) const noexcept {
            using detail::byte_blocks::filled_with;
            return (block < filled_with(' ')) | (block == filled_with('"')) | (block == delimiter) |
                   (block == separator) | (block == other_separator);
        }
    };

    /// Whether the two ends of the text, its length and the dialect leave it to `special_` to find a reason for
    /// quotes.
    [[nodiscard]] bool looks_plain(std::string_view value) const noexcept {
        return value.size() - 1 < plain_size_ && !awkward_front_[static_cast<unsigned char>(value.front())] &&
               value.back() != ' ';
    }
    template <class Integer>
    void whole_number(Integer value) {
        char* out = open_quote(rows_.room(number_size));
        delimit(close_quote(std::to_chars(out, out + number_size, value).ptr));
    }
    /// Writes a quote that stays only if every cell has one.
    char* open_quote(char* out) const noexcept {
        *out = '"';
        return out + quote_size_;
    }
    char* close_quote(char* out) const noexcept { return open_quote(out); }
    /// Ends a cell; `end_line` replaces the delimiter after the last one.
    void delimit(char* end) noexcept {
        *end = dialect_.delimiter;
        rows_.end_cell(end + 1);
    }
    /// @return the end of the line
    [[nodiscard]] char* end_line() noexcept {
        char* at = rows_.end() - 1;
        if (dialect_.eol == LineEnd::crlf) *at++ = '\r';
        *at++ = '\n';
        return at;
    }

    /// A cell whose characters need no look.
    void bare(std::string_view value) {
        char* out = open_quote(rows_.room(value.size()));
        std::memcpy(out, value.data(), value.size());
        delimit(close_quote(out + value.size()));
    }
    void non_finite(double value);
    /// Any text, by all the rules.
    void awkward_text(std::string_view value, FormulaGuard guard, bool in_quotes = false);
    /// `value` without its NUL characters, which is a failure or a warning. Valid until the next call.
    [[nodiscard]] std::string_view without_nul(std::string_view value);
    /// Whether `value` has to be escaped.
    [[nodiscard]] bool is_guarded(std::string_view value, FormulaGuard guard);
    /// Whether the ends of a text, or the whole of it, would be misread without quotes.
    [[nodiscard]] bool reads_otherwise_bare(std::string_view value, std::string_view prefix) const noexcept;
    void write_text(std::string_view prefix, std::string_view value, bool in_quotes);
    void warn_null_as_empty();
    void warn_of_cell_limit(std::string_view value);

    RowBuffer rows_;
    CsvDialect dialect_;
    FormulaGuard guard_;
    Special special_;
    std::string null_text_;
    bool null_warns_; ///< NULL is all there is in a row, and cannot be told from empty text.
    std::size_t quote_size_;
    std::size_t plain_size_; ///< Text that is longer gets a second look.
    std::array<bool, 256> awkward_front_{};
    std::string text_without_nul_;
    std::string bytes_text_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/format/impl/csv_writer.ipp>
#endif
