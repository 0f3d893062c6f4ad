/// @file
/// What every writer of a file format has in common.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/warning.hpp>
#include <dataexport/ports/row_source.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Turns rows into the bytes of a file. It writes into a buffer that its owner empties; it knows nothing of files.
///
/// The bytes depend on the rows alone, not on how they were cut into batches: a writer that begins in the middle,
/// with the warnings of the writer before it, writes what that one would have written.
///
/// Thread safety: one thread at a time.
class RowWriter : public CellSink {
public:
    /// Writes what stands before the first row: a byte order mark, the headings. Called once for a file, not after
    /// a resume.
    virtual void begin() = 0;

    /// The bytes written since the last `clear_output`; whole rows only. Valid until the next call.
    [[nodiscard]] virtual std::string_view output() const noexcept = 0;
    virtual void clear_output() noexcept = 0;
    /// How many bytes `output` may grow to before `end_row` asks the source to stop; one row more may be in it.
    virtual void set_output_limit(std::size_t bytes) noexcept = 0;

    /// Rows ended so far, counted on from `resume`.
    [[nodiscard]] virtual std::uint64_t rows() const noexcept = 0;

    /// The first thing that could not be written, if there was one: `Errc::schema_drift`, `formula_detected`,
    /// `invalid_utf8`, `nul_in_text` or `not_a_number`, with row number and column. Nothing after it is written,
    /// and `end_row` returns false.
    [[nodiscard]] virtual const std::optional<Error>& failure() const noexcept = 0;

    /// What the writer has changed or found doubtful so far.
    [[nodiscard]] virtual std::vector<Warning> warnings() const = 0;
    /// Continues a file that has `rows` rows and `warnings` already. @pre called before the first cell
    virtual void resume(std::uint64_t rows, const std::vector<Warning>& warnings) = 0;
};

DATAEXPORT_NAMESPACE_END
