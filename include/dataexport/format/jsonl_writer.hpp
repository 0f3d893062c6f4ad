/// @file
/// Rows as JSON Lines.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/time.hpp>
#include <dataexport/format/bytes_text.hpp>
#include <dataexport/format/jsonl_dialect.hpp>
#include <dataexport/format/number_text.hpp>
#include <dataexport/format/row_buffer.hpp>
#include <dataexport/format/row_writer.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Writes JSONL: one object a line, UTF-8, the keys in the order of the columns, a line feed after every object.
///
/// Called through its own type, a cell costs no virtual call. Text is copied once, while it is looked at.
/// Warnings: `invalid_utf8_replaced`, `non_finite_as_null`; the counts are cells.
class JsonlWriter final : public RowWriter {
public:
    /// @param columns their names are the keys; `label_columns` gives them those of the dialect. A name that is not
    /// UTF-8 is treated as text is.
    JsonlWriter(std::span<const Column> columns, JsonlDialect dialect);

    /// Nothing stands before the first row.
    void begin() override {}

    void null() override {
        if (dialect_.omit_null) return omit();
        token("null");
    }
    void boolean(bool value) override { token(value ? "true" : "false"); }
    void integer(std::int64_t value) override { whole_number(value); }
    void unsigned_integer(std::uint64_t value) override { whole_number(value); }
    void real(double value) override {
        if (!std::isfinite(value)) [[unlikely]]
            return non_finite(value);
        separate(write_real(value, open_cell(number_size)));
    }
    void decimal(std::string_view digits) override;
    void text(std::string_view value) override {
        char* out = open_cell(value.size());
        *out++ = '"';
        const auto plain = detail::byte_blocks::copy_until(value, out, special_in_text);
        out += plain;
        if (plain != value.size()) [[unlikely]]
            return rest_of_text(value.substr(plain), out);
        *out = '"';
        separate(out + 1);
    }
    void timestamp(TimePoint value) override {
        char* out = open_cell(iso_size);
        *out = '"';
        char* end = write_iso(value, out + 1);
        *end = '"';
        separate(end + 1);
    }
    void json(std::string_view value) override {
        char* out = open_cell(value.size());
        const auto plain = detail::byte_blocks::copy_until(value, out, special_in_json);
        out += plain;
        if (plain != value.size()) [[unlikely]]
            return rest_of_json(value.substr(plain), out);
        separate(out);
    }
    void bytes(std::span<const unsigned char> value) override {
        char* out = open_cell(bytes_text_size(value.size(), dialect_.bytes));
        *out = '"';
        char* end = write_bytes_text(value, dialect_.bytes, out + 1);
        *end = '"';
        separate(end + 1);
    }

    [[nodiscard]] bool end_row() override {
        if (!rows_.row_is_good()) [[unlikely]]
            return false;
        rows_.count_row();
        char* last = rows_.end() - 1;
        if (*last == '{') [[unlikely]]
            ++last;
        last[0] = '}';
        last[1] = '\n';
        return rows_.end_rows_at(last + 2);
    }

    [[nodiscard]] std::string_view output() const noexcept override { return rows_.output(); }
    void clear_output() noexcept override { rows_.clear_output(); }
    void set_output_limit(std::size_t bytes) noexcept override { rows_.set_output_limit(bytes); }
    [[nodiscard]] std::uint64_t rows() const noexcept override { return rows_.rows(); }
    [[nodiscard]] const std::optional<Error>& failure() const noexcept override { return rows_.failure(); }
    [[nodiscard]] std::vector<Warning> warnings() const override { return rows_.warnings(); }
    void resume(std::uint64_t rows, const std::vector<Warning>& warnings) override { rows_.resume(rows, warnings); }

private:
    using Block = detail::byte_blocks::Block;

    /// Controls, and all that is not ASCII.
    static Block special_in_json(Block block) noexcept { return block < detail::byte_blocks::filled_with(' '); }
    static Block special_in_text(Block block) noexcept {
        using detail::byte_blocks::filled_with;
        return special_in_json(block) | (block == filled_with('"')) | (block == filled_with('\\'));
    }

    /// Writes the key. @return where the value goes; it may take `size` bytes and two quotes.
    char* open_cell(std::size_t size) {
        using namespace detail::byte_blocks;
        const Key key = keys_[std::min(rows_.column(), rows_.column_count())];
        char* out = rows_.room(key.size + size);
        if (rows_.row_size() == 0) *out++ = '{';
        for (std::size_t done = 0; done < key.size; done += block_size) {
            store(load(key_text_.data() + key.offset + done), out + done);
        }
        return out + key.size;
    }
    /// Ends a cell; `end_row` replaces the comma after the last one.
    void separate(char* end) noexcept {
        *end = ',';
        rows_.end_cell(end + 1);
    }
    void token(std::string_view value) {
        char* out = open_cell(value.size());
        std::memcpy(out, value.data(), value.size());
        separate(out + value.size());
    }
    template <class Integer>
    void whole_number(Integer value) {
        char* out = open_cell(number_size);
        *out = '"';
        char* end = std::to_chars(out + quote_size_, out + number_size, value).ptr;
        *end = '"';
        separate(end + quote_size_);
    }
    void omit() {
        char* out = rows_.room(1);
        if (rows_.row_size() == 0) *out++ = '{';
        rows_.end_cell(out);
    }

    void prepare_key(std::string_view name);
    void non_finite(double value);
    void rest_of_text(std::string_view value, char* out);
    void rest_of_json(std::string_view value, char* out);

    /// A place in `key_text_`.
    struct Key {
        std::size_t offset;
        std::size_t size;
    };

    RowBuffer rows_;
    JsonlDialect dialect_;
    std::size_t quote_size_; ///< Of integers.
    std::string key_text_;   ///< `"id":"name":` and a block more, so that a key can be copied in blocks.
    std::vector<Key> keys_;  ///< One for each column, and an empty one for cells that are too many.
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/format/impl/jsonl_writer.ipp>
#endif
