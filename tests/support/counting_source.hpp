/// @file
/// A kind of export whose rows are numbers: (1, "row 1"), (2, "row 2"), ... Tests make it misbehave.
#pragma once

#include <dataexport/request/export_kind.hpp>

#include <charconv>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace support {

/// How the sources of one kind behave; shared by all that are opened.
struct Counting {
    std::uint64_t rows = 0;
    /// Called before each fetch with the number of rows given so far in the whole export.
    std::function<dataexport::Result<void>(std::uint64_t given)> before_fetch = [](std::uint64_t) {
        return dataexport::ok();
    };
    std::size_t short_page = 0; ///< Not 0: at most this many rows a page.
    std::size_t opened = 0;
    std::vector<std::size_t> asked; ///< The page sizes that were asked for.
};

class CountingSource final : public dataexport::RowSource {
public:
    explicit CountingSource(Counting& counting) : counting_(counting) { ++counting_.opened; }

    std::span<const dataexport::Column> columns() const override { return columns_; }

    dataexport::Result<void> start(std::string_view position) override {
        bound_ = counting_.rows;
        if (position.empty()) return dataexport::ok();
        const auto* end = position.data() + position.size();
        const auto number = std::from_chars(position.data(), end, given_);
        if (number.ec != std::errc{} || number.ptr == end || *number.ptr != '/' ||
            std::from_chars(number.ptr + 1, end, bound_).ptr != end) {
            return dataexport::Error{dataexport::Errc::invalid_cursor, "not a position of this source"};
        }
        return dataexport::ok();
    }

    dataexport::Result<dataexport::Fetched> fetch(std::size_t max_rows, dataexport::CellSink& sink) override {
        counting_.asked.push_back(max_rows);
        if (auto allowed = counting_.before_fetch(given_); !allowed) return allowed.error();
        if (counting_.short_page != 0) max_rows = std::min(max_rows, counting_.short_page);
        dataexport::Fetched fetched;
        while (fetched.rows < max_rows && given_ < bound_) {
            ++given_;
            ++fetched.rows;
            sink.integer(static_cast<std::int64_t>(given_));
            sink.text("row " + std::to_string(given_));
            if (!sink.end_row()) break;
        }
        fetched.end = given_ == bound_;
        return fetched;
    }

    std::string position() const override { return std::to_string(given_) + "/" + std::to_string(bound_); }

private:
    Counting& counting_;
    std::vector<dataexport::Column> columns_{{"number", dataexport::ColumnType::integer},
                                             {"name", dataexport::ColumnType::text}};
    std::uint64_t given_ = 0;
    std::uint64_t bound_ = 0;
};

/// @param counting is borrowed.
inline dataexport::ExportKind counting_kind(Counting& counting) {
    dataexport::ExportKind kind;
    kind.name = "Numbers";
    kind.number = 100;
    kind.validate = [](const dataexport::RequestScope&,
                       boost::json::object info) -> dataexport::Result<dataexport::ValidatedQuery> {
        return dataexport::ValidatedQuery{std::move(info), {}};
    };
    kind.open =
        [&counting](const dataexport::ExportedData&) -> dataexport::Result<std::unique_ptr<dataexport::RowSource>> {
        return std::unique_ptr<dataexport::RowSource>(std::make_unique<CountingSource>(counting));
    };
    return kind;
}

/// The CSV that an export of `rows` of these rows is.
inline std::string counting_csv(std::uint64_t rows) {
    std::string csv = "number,name\r\n";
    for (std::uint64_t i = 1; i <= rows; ++i) {
        csv += std::to_string(i) + ",row " + std::to_string(i) + "\r\n";
    }
    return csv;
}

} // namespace support
