#pragma once

#include <dataexport/testing/check_row_source.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

namespace detail::check_row_source {

using Rows = std::vector<RecordingSink::Row>;

constexpr std::size_t all = 1'000'000;

/// Pages that may be empty before a source counts as stuck.
constexpr std::size_t patience = 1000;

/// At so many rows each from the beginning and from the end, borders are tried.
constexpr std::size_t places_at_each_end = 25;

/// What is wrong with `got`, which should be the rows from `first` on.
inline std::string difference(const Rows& got, const Rows& rows, std::size_t first) {
    const auto wanted = rows.begin() + static_cast<std::ptrdiff_t>(first);
    const auto [unlike, missing] = std::mismatch(got.begin(), got.end(), wanted, rows.end());
    const auto number = [&](Rows::const_iterator row) { return std::to_string(row - rows.begin() + 1); };
    if (unlike == got.end()) return "row " + number(missing) + " and what follows it is missing";
    const auto same = std::find(rows.begin(), rows.end(), *unlike);
    const auto place = missing == rows.end() ? "at the end" : "in the place of row " + number(missing);
    if (same == rows.end()) return "another row comes " + place;
    if (same < missing) return "row " + number(same) + " comes again " + place;
    return "row " + number(same) + " comes " + place;
}

inline std::string text_of(const Error& error) { return std::string(to_string(error.code)) + ", " + error.detail; }

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

/// The beginning of a text, for a message.
inline std::string printable(std::string_view text) {
    std::string shown(text.substr(0, 40));
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return shown;
}

/// One page, as a worker fetches it.
struct Page {
    Rows rows;
    bool end = false;
};

class Check {
public:
    Check(const RowSourceFactory& open, const RowSourceHooks& hooks) : open_(open), hooks_(hooks) {}

    Report run() {
        check_columns();
        auto rows = read("", {});
        if (!rows) return std::move(report_);
        rows_ = *std::move(rows);
        if (!check_cells()) return std::move(report_);
        check_order();
        check_pages();
        check_places();
        check_end();
        check_lost_pages();
        for (const std::uint64_t keys : {1U, 2U, 10U, 1000U}) {
            check_slices(keys);
        }
        check_failing_fetch();
        check_changes();
        check_repeated_key();
        check_hostile();
        return std::move(report_);
    }

private:
    /// How rows are read: in pages of `size` rows, of which the sink wants `wanted`.
    struct Manner {
        std::size_t size = all;
        std::size_t wanted = all;
    };

    /// As `Report::expect`; a clause that is broken again and again is noted once, with what was wrong then.
    bool expect(bool kept, const std::string& clause, const std::string& wrong = {}) {
        if (!kept && !said_.insert(clause).second) return false;
        return report_.expect(kept, wrong.empty() ? clause : clause + ": " + wrong);
    }

    /// Notes `clause` as broken if `got` is not the rows from `first` on, and how.
    bool expect_rows(const std::optional<Rows>& got, std::size_t first, const std::string& clause) {
        if (!got) return false; // that is noted already
        if (std::equal(got->begin(), got->end(), rows_.begin() + static_cast<std::ptrdiff_t>(first), rows_.end())) {
            return expect(true, clause);
        }
        return expect(false, clause, difference(*got, rows_, first));
    }

    /// A source at `position`; null if it does not start there.
    std::unique_ptr<RowSource> start(std::string_view position) {
        auto source = open_();
        const auto started = source->start(position);
        if (started) return source;
        expect(false,
               position.empty() ? "a source starts at the beginning" : "a source starts at the position of another",
               text_of(started.error()));
        return nullptr;
    }

    /// The next page, which may be empty.
    std::optional<Page> fetch(RowSource& source, Manner manner) {
        RecordingSink sink(manner.wanted);
        const auto fetched = source.fetch(manner.size, sink);
        if (!fetched) {
            expect(false, "fetch gives rows", text_of(fetched.error()));
            return std::nullopt;
        }
        expect(fetched->rows == sink.rows().size(), "fetch says how many rows it gave",
               std::to_string(fetched->rows) + " instead of " + std::to_string(sink.rows().size()));
        expect(sink.rows().size() <= manner.size, "fetch gives no more rows than it was asked for");
        expect(sink.rows().size() <= manner.wanted, "fetch stops when the sink wants no more");
        return Page{sink.rows(), fetched->end};
    }

    /// The next page that is not empty, or the end.
    std::optional<Page> fetch_some(RowSource& source, Manner manner) {
        for (std::size_t page = 0; page < patience; ++page) {
            auto fetched = fetch(source, manner);
            if (!fetched || fetched->end || !fetched->rows.empty()) return fetched;
        }
        expect(false, "a source comes to its end");
        return std::nullopt;
    }

    /// The rows after `position`, up to a few more than there should be.
    std::optional<Rows> read(std::string_view position, Manner manner, std::size_t most = all) {
        const auto source = start(position);
        if (!source) return std::nullopt;
        Rows rows;
        while (rows.size() < most) {
            const auto page = fetch_some(*source, manner);
            if (!page) return std::nullopt;
            rows.insert(rows.end(), page->rows.begin(), page->rows.end());
            if (!page->end) continue;
            const auto after = fetch(*source, manner);
            if (!after) return std::nullopt;
            expect(after->rows.empty(), "fetch gives no rows after it said that there are no more");
            break;
        }
        return rows;
    }

    /// All rows, with a new source after every page.
    std::optional<Rows> read_resuming(std::size_t size) {
        Rows rows;
        std::string position;
        for (bool more = true; more && rows.size() <= rows_.size();) {
            const auto source = start(position);
            if (!source) return std::nullopt;
            const auto page = fetch_some(*source, {size});
            if (!page) return std::nullopt;
            rows.insert(rows.end(), page->rows.begin(), page->rows.end());
            position = source->position();
            more = !page->end;
        }
        return rows;
    }

    /// The position after the first `count` rows.
    std::optional<std::string> position_after(std::size_t count) {
        const auto source = start("");
        if (!source) return std::nullopt;
        for (std::size_t rows = 0; rows < count;) {
            const auto page = fetch_some(*source, {count - rows});
            if (!page) return std::nullopt;
            if (page->rows.empty()) break;
            rows += page->rows.size();
        }
        return source->position();
    }

    /// Calls `check(n)` at the borders after n rows, from `first` on, until one fails.
    template <class F>
    void at_places(std::size_t first, F check) {
        for (std::size_t place = first; place <= rows_.size(); ++place) {
            if (place > places_at_each_end && place + places_at_each_end < rows_.size()) continue;
            if (!check(place)) return;
        }
    }

    void check_columns() {
        const auto source = open_();
        const std::vector<Column> columns(source->columns().begin(), source->columns().end());
        const auto same = [&](std::span<const Column> other) {
            return std::equal(columns.begin(), columns.end(), other.begin(), other.end());
        };
        expect(!columns.empty(), "columns are known before start, at least one");
        expect(std::all_of(columns.begin(), columns.end(), [](auto& column) { return !column.name.empty(); }),
               "every column has a name");
        RecordingSink sink;
        if (source->start("")) (void)source->fetch(all, sink);
        expect(same(source->columns()) && same(open_()->columns()), "columns stay the same");
    }

    bool check_cells() {
        const auto columns = open_()->columns().size();
        return expect(std::all_of(rows_.begin(), rows_.end(), [&](auto& row) { return row.size() == columns; }),
                      "every row has a cell for each column");
    }

    void check_order() {
        if (!hooks_.comes_before) return;
        for (std::size_t i = 1; i < rows_.size(); ++i) {
            if (!expect(hooks_.comes_before(rows_[i - 1], rows_[i]) && !hooks_.comes_before(rows_[i], rows_[i - 1]),
                        "the key increases from row to row",
                        "row " + std::to_string(i + 1) + " does not come after the row before it")) {
                return;
            }
        }
    }

    void check_pages() {
        const std::size_t count = rows_.size();
        const std::size_t most = count + 1;
        std::set<std::size_t> sizes{1, 2, 3, 4, 5, 7, 500, count + 1, count + 2};
        if (count > 1) sizes.insert({count - 1, count});
        for (const auto size : sizes) {
            const auto pages = "pages of " + std::to_string(size) + " rows";
            if (!expect_rows(read("", {size}, most), 0, pages + " give the same rows") ||
                !expect_rows(read("", {all, size}, most), 0, "a sink that stops gets the same rows in " + pages) ||
                !expect_rows(read_resuming(size), 0, pages + ", each of a new source, give the same rows")) {
                return;
            }
        }
    }

    void check_places() {
        const auto source = start("");
        std::size_t rows = 0;
        if (!source) return;
        at_places(0, [&](std::size_t place) {
            while (rows < place) {
                const auto page = fetch_some(*source, {1});
                if (!page || page->rows.empty()) return false;
                rows += page->rows.size();
            }
            return check_place(*source, place);
        });
    }

    bool check_place(const RowSource& source, std::size_t place) {
        const auto position = source.position();
        expect(source.position() == position, "asking for the position does not change it");
        const auto rest = "the position after row " + std::to_string(place) + " gives the rows after it";
        if (!expect_rows(read(position, {}), place, rest)) return false;
        for (const std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{4}}) {
            if (!expect_first_pages(position, place, size, rest)) return false;
        }
        return true;
    }

    /// Whether two pages from a border on are what they should be.
    bool expect_first_pages(const std::string& position, std::size_t place, std::size_t size,
                            const std::string& clause) {
        const auto most = std::min(2 * size, rows_.size() - place);
        auto got = read(position, {size}, std::max<std::size_t>(most, 1));
        if (got && got->size() == most) {
            got->insert(got->end(), rows_.begin() + static_cast<std::ptrdiff_t>(place + most), rows_.end());
        }
        return expect_rows(got, place, clause + ", in pages of " + std::to_string(size));
    }

    void check_end() {
        const auto position = position_after(rows_.size());
        if (position) expect_rows(read(*position, {}), rows_.size(), "the position at the end gives no rows");
    }

    /// A worker may die after a page was read and before it was stored: the next one reads it again.
    void check_lost_pages() {
        at_places(0, [&](std::size_t place) {
            const auto position = position_after(place);
            const auto source = position ? start(*position) : nullptr;
            if (!source) return false;
            for (int lost = 0; lost < 2; ++lost) {
                if (!fetch_some(*source, {2})) return false;
            }
            return expect_rows(read(*position, {2}), place,
                               "pages that were read after row " + std::to_string(place) +
                                   " and lost come again from the same position");
        });
    }

    /// Reads slice by slice with one source, and what they leave with another.
    void check_slices(std::uint64_t keys) {
        const auto first = position_after(1);
        const auto source = first ? start(*first) : nullptr;
        if (!source) return;
        auto position = *first;
        Rows rows;
        for (std::size_t slices = 0; slices < patience && rows.size() <= rows_.size(); ++slices) {
            const auto slice = source->slice(position, keys);
            if (!slice) {
                expect(false, "slice cuts off rows behind a position", text_of(slice.error()));
                return;
            }
            if (!*slice) break;
            const auto started = source->start((*slice)->rows);
            if (!expect(started.has_value(), "a source that gives slices starts at each")) return;
            const auto page = fetch_all(*source);
            if (!page) return;
            rows.insert(rows.end(), page->begin(), page->end());
            position = (*slice)->next;
        }
        const auto rest = read(position, {});
        if (!rest) return;
        rows.insert(rows.end(), rest->begin(), rest->end());
        expect_rows(rows, std::min<std::size_t>(1, rows_.size()),
                    "slices of " + std::to_string(keys) + " keys and what they leave are all rows");
    }

    /// The rows up to the end.
    std::optional<Rows> fetch_all(RowSource& source) {
        Rows rows;
        for (bool more = true; more && rows.size() <= rows_.size();) {
            auto page = fetch_some(source, {});
            if (!page) return std::nullopt;
            rows.insert(rows.end(), page->rows.begin(), page->rows.end());
            more = !page->end;
        }
        return rows;
    }

    void check_failing_fetch() {
        if (!hooks_.fail_next_fetch) return;
        at_places(0, [&](std::size_t place) {
            const auto position = position_after(place);
            const auto source = position ? start(*position) : nullptr;
            if (!source) return false;
            hooks_.fail_next_fetch();
            RecordingSink sink;
            const auto fetched = source->fetch(2, sink);
            if (!expect(!fetched, "fetch does not succeed when reading fails")) return false;
            expect(retriable(fetched.error()), "a fetch that may succeed later gives a code of Condition::unavailable",
                   text_of(fetched.error()));
            return expect_rows(read(*position, {2}), place,
                               "after a fetch that failed after row " + std::to_string(place) +
                                   " a new source goes on at the last position");
        });
    }

    /// Tries a change between two pages, at every border from `first` on.
    template <class F>
    void check_change(std::size_t first, const std::string& what, F change) {
        at_places(first, [&](std::size_t place) {
            const auto position = position_after(place);
            if (!position) return false;
            change(place);
            const auto rest = read(*position, {2}, rows_.size() + 1);
            hooks_.restore();
            return expect_rows(rest, place, what + " after row " + std::to_string(place) + " was read changes nothing");
        });
        expect_rows(read("", {}), 0, "the hook restore puts the rows back");
    }

    void check_changes() {
        if (hooks_.insert_before_cursor) {
            check_change(1, "a row inserted before the cursor",
                         [&](std::size_t place) { hooks_.insert_before_cursor(rows_[place - 1]); });
        }
        if (hooks_.delete_last_read) {
            check_change(1, "deleting the last row that was read",
                         [&](std::size_t place) { hooks_.delete_last_read(rows_[place - 1]); });
        }
        if (hooks_.append) {
            check_change(0, "a row that arrives at the end", [&](std::size_t) { hooks_.append(); });
        }
    }

    void check_repeated_key() {
        if (!hooks_.repeat_key) return;
        for (std::size_t place = 0; place < std::min(rows_.size(), places_at_each_end); ++place) {
            hooks_.repeat_key(rows_[place]);
            for (const std::size_t size : {std::size_t{1}, all}) {
                expect(notices_disorder(size), "a key that comes twice is Errc::order_violation");
            }
            hooks_.restore();
        }
    }

    bool notices_disorder(std::size_t size) {
        const auto source = open_();
        if (const auto started = source->start(""); !started) return started.error().code == Errc::order_violation;
        RecordingSink sink;
        while (sink.rows().size() <= rows_.size() + 1) {
            const auto fetched = source->fetch(size, sink);
            if (!fetched) return fetched.error().code == Errc::order_violation;
            if (fetched->end) return false;
        }
        return false;
    }

    void check_hostile() {
        const auto position = position_after(std::min<std::size_t>(rows_.size(), 2));
        if (!position) return;
        for (const auto& hostile : hostile_positions(*position)) {
            const auto started = open_()->start(hostile);
            expect(!started && started.error().code == Errc::invalid_cursor,
                   "a position that nobody made is Errc::invalid_cursor", "not so '" + printable(hostile) + "'");
        }
        for (std::size_t i = 0; i < position->size(); ++i) {
            check_forged(*position, i);
            const auto cut = open_()->start(std::string_view(*position).substr(0, i));
            expect(i == 0 || !cut, "a position that was cut is Errc::invalid_cursor");
        }
    }

    /// A changed position may by chance be one; then it has to work like any other.
    void check_forged(const std::string& position, std::size_t place) {
        for (const char changed : {'0', '"', '}', '\0'}) {
            auto forged = position;
            forged[place] = changed;
            const auto source = open_();
            const auto started = source->start(forged);
            RecordingSink sink;
            if (!started) {
                expect(started.error().code == Errc::invalid_cursor,
                       "a position that is refused is Errc::invalid_cursor");
            } else {
                expect(source->fetch(1, sink).has_value(), "a position that is taken works");
            }
        }
    }

    const RowSourceFactory& open_;
    const RowSourceHooks& hooks_;
    Report report_;
    std::set<std::string> said_;
    Rows rows_; ///< All of them, read at once.
};

} // namespace detail::check_row_source

DATAEXPORT_DECL Report check_row_source(const RowSourceFactory& open, const RowSourceHooks& hooks) {
    return detail::check_row_source::Check(open, hooks).run();
}

} // namespace testing
DATAEXPORT_NAMESPACE_END
