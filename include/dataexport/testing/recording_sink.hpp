/// @file
/// A sink that keeps the rows it is given.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/memory/memory_row_source.hpp>
#include <dataexport/ports/row_source.hpp>

#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Keeps rows as values.
class RecordingSink final : public CellSink {
public:
    using Row = std::vector<MemoryCell>;

    /// @param wanted after how many rows it wants no more.
    explicit RecordingSink(std::size_t wanted = std::numeric_limits<std::size_t>::max()) : wanted_(wanted) {}

    void null() override { row_.emplace_back(); }
    void boolean(bool value) override { row_.emplace_back(value); }
    void integer(std::int64_t value) override { row_.emplace_back(value); }
    void unsigned_integer(std::uint64_t value) override { row_.emplace_back(value); }
    void real(double value) override { row_.emplace_back(value); }
    void decimal(std::string_view digits) override { row_.emplace_back(DecimalCell{std::string(digits)}); }
    void text(std::string_view value) override { row_.emplace_back(std::string(value)); }
    void timestamp(TimePoint value) override { row_.emplace_back(value); }
    void json(std::string_view value) override { row_.emplace_back(JsonCell{std::string(value)}); }
    void bytes(std::span<const unsigned char> value) override {
        row_.emplace_back(std::vector<unsigned char>(value.begin(), value.end()));
    }
    [[nodiscard]] bool end_row() override {
        rows_.push_back(std::exchange(row_, {}));
        return rows_.size() < wanted_;
    }

    [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }

private:
    std::size_t wanted_;
    Row row_;
    std::vector<Row> rows_;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
