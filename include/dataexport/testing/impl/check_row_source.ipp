#pragma once

#include <dataexport/testing/check_row_source.hpp>

#include <dataexport/testing/recording_sink.hpp>

#include <algorithm>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

namespace detail::check_row_source {

using Rows = std::vector<RecordingSink::Row>;

constexpr std::size_t all = 1'000'000;

/// Pages that may be empty before a source counts as stuck.
constexpr std::size_t patience = 1000;

inline void append(Rows& rows, const RecordingSink& sink) {
    rows.insert(rows.end(), sink.rows().begin(), sink.rows().end());
}

/// A page of `size` rows; whether there are more. A failure counts as the end.
inline bool fetch_page(Report& report, RowSource& source, std::size_t size, std::size_t wanted, Rows& rows) {
    RecordingSink sink(wanted);
    const auto fetched = source.fetch(size, sink);
    if (!report.expect(fetched.has_value(), "fetch gives rows")) return false;
    report.expect(fetched->rows == sink.rows().size(), "fetch says how many rows it gave");
    report.expect(fetched->rows <= size, "fetch gives no more rows than it was asked for");
    report.expect(fetched->rows <= wanted, "fetch stops when the sink wants no more");
    append(rows, sink);
    return !fetched->end;
}

/// Fetches pages until there are rows. @return whether there may be more
inline bool fetch_some(Report& report, RowSource& source, std::size_t size, std::size_t wanted, Rows& rows) {
    const auto before = rows.size();
    for (std::size_t page = 0; page < patience; ++page) {
        if (!fetch_page(report, source, size, wanted, rows)) return false;
        if (rows.size() > before) return true;
    }
    return report.expect(false, "a source comes to its end");
}

/// All rows after `position`, in pages of `size`, of which the sink wants `wanted` rows each; gives up after `most`.
inline Rows read(Report& report, const RowSourceFactory& open, std::string_view position, std::size_t size,
                 std::size_t wanted = all, std::size_t most = all) {
    Rows rows;
    const auto source = open();
    if (!report.expect(source->start(position).has_value(), "a source starts at a position that a source gave")) {
        return rows;
    }
    while (rows.size() <= most && fetch_some(report, *source, size, wanted, rows)) {
    }
    return rows;
}

/// All rows, with a new source after every page; gives up after `most`.
inline Rows read_resuming(Report& report, const RowSourceFactory& open, std::size_t size, std::size_t most) {
    Rows rows;
    std::string position;
    for (bool more = true; more && rows.size() <= most;) {
        const auto source = open();
        if (!report.expect(source->start(position).has_value(), "a source starts at the position of another")) break;
        more = fetch_some(report, *source, size, all, rows);
        position = source->position();
    }
    return rows;
}

inline void check_shape(Report& report, const RowSourceFactory& open, const Rows& rows) {
    const auto source = open();
    const auto columns = source->columns();
    report.expect(!columns.empty(), "columns are known before start, at least one");
    report.expect(std::all_of(rows.begin(), rows.end(), [&](auto& row) { return row.size() == columns.size(); }),
                  "every row has a cell for each column");
    report.expect(std::all_of(columns.begin(), columns.end(), [](auto& column) { return !column.name.empty(); }),
                  "every column has a name");
}

inline void check_places(Report& report, const RowSourceFactory& open, const Rows& rows) {
    const auto source = open();
    if (!report.expect(source->start("").has_value(), "a source starts at an empty position")) return;
    report.expect(read(report, open, source->position(), all) == rows,
                  "the position before the first fetch gives all rows");
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Rows page;
        static_cast<void>(fetch_some(report, *source, all, 1, page));
        const auto rest = read(report, open, source->position(), all, all, rows.size());
        const auto expected = rows.begin() + static_cast<std::ptrdiff_t>(row + 1);
        report.expect(rest == Rows(expected, rows.end()),
                      "the position after row " + std::to_string(row + 1) + " gives the rows after it");
    }
    Rows nothing;
    report.expect(!fetch_some(report, *source, all, all, nothing) && nothing.empty(),
                  "after the last row fetch gives no rows, and says that it is the end");
    report.expect(read(report, open, source->position(), all).empty(), "the position at the end gives no rows");
}

/// Positions that a source may not take: none of them is one, whatever the form of positions is.
inline std::vector<std::string> hostile_positions(const std::string& position) {
    std::vector<std::string> hostile{" ",
                                     "x",
                                     "\xff\xfe",
                                     "'; DROP TABLE events; --",
                                     "{}",
                                     "[]",
                                     "null",
                                     "-1",
                                     "99999999999999999999999999",
                                     "{\"bound\":[],\"after\":[1]}",
                                     "{\"bound\":{},\"after\":[]}",
                                     "{\"bound\":[null],\"after\":[[[[[]]]]]}",
                                     std::string("a\0b", 3),
                                     std::string(100'000, '['),
                                     std::string(100'000, '9')};
    hostile.push_back(position + 'x');
    hostile.push_back('x' + position);
    hostile.push_back(position + position);
    return hostile;
}

inline void check_hostile(Report& report, const RowSourceFactory& open) {
    const auto source = open();
    Rows rows;
    if (!source->start("")) return;
    static_cast<void>(fetch_some(report, *source, 2, all, rows));
    const auto position = source->position();
    for (const auto& hostile : hostile_positions(position)) {
        const auto started = open()->start(hostile);
        report.expect(!started && started.error().code == Errc::invalid_cursor,
                      "a position that nobody made is Errc::invalid_cursor: " + hostile.substr(0, 40));
    }
    // A changed position may by chance be one; then it has to work like any other.
    for (std::size_t i = 0; i < position.size(); ++i) {
        for (const char changed : {'0', '"', '}', '\0'}) {
            auto forged = position;
            forged[i] = changed;
            const auto forged_source = open();
            const auto started = forged_source->start(forged);
            RecordingSink sink;
            if (!started) {
                report.expect(started.error().code == Errc::invalid_cursor,
                              "a position that is refused is Errc::invalid_cursor");
            } else {
                report.expect(forged_source->fetch(1, sink).has_value(), "a position that is taken works");
            }
        }
        const auto cut = open()->start(std::string_view(position).substr(0, i));
        report.expect(i == 0 || !cut, "a position that was cut is Errc::invalid_cursor");
    }
}

} // namespace detail::check_row_source

DATAEXPORT_DECL Report check_row_source(const RowSourceFactory& open) {
    using namespace detail::check_row_source;
    Report report;
    const auto rows = read(report, open, "", all);
    check_shape(report, open, rows);
    for (const std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{500},
                                   std::max<std::size_t>(rows.size(), 2) - 1, rows.size() + 1, rows.size() + 2}) {
        const auto pages = "pages of " + std::to_string(size) + " rows";
        report.expect(read(report, open, "", size, all, rows.size()) == rows, pages + " give the same rows");
        report.expect(read(report, open, "", all, size, rows.size()) == rows,
                      "a sink that stops gets the same rows in " + pages);
        report.expect(read_resuming(report, open, size, rows.size()) == rows,
                      pages + ", each of a new source, give the same rows");
    }
    check_places(report, open, rows);
    check_hostile(report, open);
    return report;
}

} // namespace testing
DATAEXPORT_NAMESPACE_END
