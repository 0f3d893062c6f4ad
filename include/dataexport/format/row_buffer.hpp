/// @file
/// What the writers have in common: the buffer of rows, its limit, the first failure, the warnings. Internal to them.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/warning.hpp>
#include <dataexport/format/byte_blocks.hpp>
#include <dataexport/format/cell_policy.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// The rows of a writer: their bytes, which grow cell by cell and are given away in whole rows, and what is known of
/// them.
///
/// A cell is put where `room` says and ended with `end_cell`; a row is ended with `end_rows_at` if `row_is_good`.
class RowBuffer {
public:
    /// @param names of the columns, for errors.
    explicit RowBuffer(std::vector<std::string> names);
    RowBuffer(const RowBuffer&) = delete;
    RowBuffer& operator=(const RowBuffer&) = delete;

    /// What `RowWriter` says of its members of the same names.
    [[nodiscard]] std::string_view output() const noexcept {
        return {storage_.data(), static_cast<std::size_t>(row_ - storage_.data())};
    }
    void clear_output() noexcept;
    void set_output_limit(std::size_t bytes) noexcept { output_limit_ = bytes; }
    [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
    [[nodiscard]] const std::optional<Error>& failure() const noexcept { return failure_; }
    [[nodiscard]] const std::vector<Warning>& warnings() const noexcept { return warnings_; }
    void resume(std::uint64_t rows, const std::vector<Warning>& warnings);

    /// Free bytes that are always there behind the room asked for: a block may be copied whole, and a cell and a row
    /// can be ended.
    static constexpr std::size_t slack = 48;

    /// Room for `size` bytes. @return where they go; `set_end` says where they end.
    char* room(std::size_t size) {
        if (storage_.size() - used() < size + slack) [[unlikely]]
            grow(size + slack);
        return end_;
    }
    [[nodiscard]] char* end() const noexcept { return end_; }
    void set_end(char* end) noexcept { end_ = end; }
    void append(std::string_view bytes);
    /// Appends `text`; each byte that `special` marks, and perhaps bytes near it, goes through
    /// `escape(byte, out)`, which writes six bytes at most and returns their end.
    template <class Special, class Escape>
    void append_escaped(std::string_view text, const Special& special, const Escape& escape);

    /// The columns ended so far in this row.
    [[nodiscard]] std::size_t column() const noexcept { return column_; }
    [[nodiscard]] std::size_t column_count() const noexcept { return names_.size(); }
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
    /// The bytes of the row that has not ended.
    [[nodiscard]] std::size_t row_size() const noexcept { return static_cast<std::size_t>(end_ - row_); }
    void end_cell(char* end) noexcept {
        end_ = end;
        ++column_;
    }

    /// Whether the row has all its cells and nothing has failed. If not, the row is dropped.
    [[nodiscard]] bool row_is_good() {
        if (column_ == names_.size() && !failure_) [[likely]]
            return true;
        drop_row();
        return false;
    }
    /// Makes everything up to `end` output. @return whether there may be more rows in it
    [[nodiscard]] bool end_rows_at(char* end) noexcept {
        end_ = end;
        row_ = end;
        column_ = 0;
        return static_cast<std::size_t>(end - storage_.data()) < output_limit_;
    }
    void count_row() noexcept { ++rows_; }

    /// Whether what is written now is the header; a failure says so.
    void set_in_header(bool in_header) noexcept { in_header_ = in_header; }
    /// Remembers the first failure, at the present cell. @param what such as `text is not UTF-8`
    void fail(Errc code, std::string_view what);
    void warn(std::string_view code, std::string_view detail) { add_warning(warnings_, code, detail); }
    /// `text`, or what stands for it under `policy`. Valid until the next call.
    [[nodiscard]] std::string_view checked_utf8(std::string_view text, InvalidUtf8 policy);
    /// Remembers that the present cell is a real that is not a number. @return its text, empty for null.
    [[nodiscard]] std::string_view non_finite_text(double value, NonFinite policy);

private:
    [[nodiscard]] std::size_t used() const noexcept { return static_cast<std::size_t>(end_ - storage_.data()); }
    void grow(std::size_t size);
    void drop_row();

    std::vector<char> storage_;
    char* row_ = nullptr; ///< Where the row begins that has not ended; output ends here.
    char* end_ = nullptr;
    std::size_t output_limit_ = std::size_t{1} << 18;
    std::size_t column_ = 0;
    std::uint64_t rows_ = 0;
    bool in_header_ = false;
    std::vector<std::string> names_;
    std::optional<Error> failure_;
    std::vector<Warning> warnings_;
    std::string valid_text_;
};

template <class Special, class Escape>
void RowBuffer::append_escaped(std::string_view text, const Special& special, const Escape& escape) {
    using namespace detail::byte_blocks;
    constexpr std::size_t longest_escape = 6;
    while (!text.empty()) {
        char* out = room(text.size() + longest_escape * block_size);
        // Of a text shorter than a block nobody says where it is special.
        const std::size_t to_escape = text.size() < block_size ? block_size : 1;
        const auto plain = copy_until(text, out, special);
        out += plain;
        text.remove_prefix(plain);
        const auto front = text.substr(0, to_escape);
        for (const char c : front) {
            out = escape(c, out);
        }
        text.remove_prefix(front.size());
        set_end(out);
    }
}

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/format/impl/row_buffer.ipp>
#endif
