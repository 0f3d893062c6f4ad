/// @file
/// How long it takes to read and format the rows of an export, batch by batch.
#pragma once

#include "resources.hpp"

#include <dataexport/ports/row_source.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace bench {

/// Seconds of each batch, in order.
using BatchTimes = std::vector<double>;

/// The median of a few batches.
[[nodiscard]] inline double median(BatchTimes times) {
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
}

/// Notes the time of each full batch. Another thread than that of `times` must not use it.
class TimedSource final : public dataexport::RowSource {
public:
    TimedSource(std::unique_ptr<dataexport::RowSource> source, BatchTimes& times)
        : source_(std::move(source)), times_(times) {}

    [[nodiscard]] std::span<const dataexport::Column> columns() const override { return source_->columns(); }
    [[nodiscard]] dataexport::Result<void> start(std::string_view position) override {
        return source_->start(position);
    }
    [[nodiscard]] dataexport::Result<dataexport::Fetched> fetch(std::size_t max_rows,
                                                                dataexport::CellSink& sink) override {
        const Stopwatch watch;
        auto fetched = source_->fetch(max_rows, sink);
        if (fetched && fetched->rows == max_rows) times_.push_back(watch.wall_seconds());
        return fetched;
    }
    [[nodiscard]] std::string position() const override { return source_->position(); }

private:
    std::unique_ptr<dataexport::RowSource> source_;
    BatchTimes& times_;
};

} // namespace bench
