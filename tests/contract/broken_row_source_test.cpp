#include <dataexport/testing/check_row_source.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <compare>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

using namespace dataexport;

namespace {

/// What a source can do wrong.
enum class Flaw {
    none,
    pages_by_offset,
    skips_ties,
    repeats_ties,
    repeats_border_row,
    forgets_bound,
    drops_short_page,
    takes_short_page_for_end,
    ends_too_soon,
    never_ends,
    goes_on_after_end,
    miscounts,
    ignores_max_rows,
    ignores_sink,
    loses_row_at_stop,
    counts_position_reads,
    consumes_positions,
    takes_any_position,
    wrong_code_for_position,
    unordered,
    overlooks_repeated_key,
    hides_failure,
    permanent_failure,
    changes_columns,
    forgets_cell,
    overlaps_slices,
    drops_between_slices,
    ignores_end_of_slice,
};

struct Key {
    int group = 0;
    int id = 0;

    friend auto operator<=>(const Key&, const Key&) = default;
};

struct Record {
    Key key;
    int arrival = 0;
};

/// Rows by (group, id), of which many are equal in their group; others change them.
struct Table {
    std::vector<Record> records;
    int arrivals = 0;
    bool fails = false;
    std::vector<std::string> consumed; ///< Positions that a source began at.

    explicit Table(int rows) {
        for (int i = 0; i < rows; ++i) {
            insert({i / 7 * 10, i * 10});
        }
    }
    void insert(Key key) {
        records.push_back({key, ++arrivals});
        std::stable_sort(records.begin(), records.end(), [](auto& a, auto& b) { return a.key < b.key; });
    }
    void erase(Key key) {
        std::erase_if(records, [&](const Record& record) { return record.key == key; });
    }
};

/// Pages a table as it should be done, but for its flaw.
class TableSource final : public RowSource {
public:
    TableSource(Table& table, Flaw flaw) : table_(table), flaw_(flaw) {}

    std::span<const Column> columns() const override { return columns_; }

    Result<void> start(std::string_view position) override {
        bound_ = table_.arrivals;
        if (flaw_ == Flaw::changes_columns && columns_.size() > 1) columns_.pop_back();
        if (position.empty()) return ok();
        const std::string text(position);
        const int read =
            std::sscanf(text.c_str(), "%d/%zu/%d/%d/%d;", &bound_, &given_, &after_.group, &after_.id, &end_);
        const bool good = read == 5 && text == written();
        if (flaw_ == Flaw::wrong_code_for_position && !good) return Error{Errc::internal, "what is this?"};
        if (flaw_ != Flaw::takes_any_position && !good) return Error{Errc::invalid_cursor, "not a position"};
        if (flaw_ == Flaw::forgets_bound) bound_ = table_.arrivals;
        if (flaw_ == Flaw::skips_ties) after_.id = 1'000'000;
        if (flaw_ == Flaw::repeats_ties) after_.id = -1;
        if (flaw_ == Flaw::repeats_border_row) --after_.id;
        if (flaw_ == Flaw::consumes_positions && given_ > 0) {
            if (std::count(table_.consumed.begin(), table_.consumed.end(), text) > 0) after_.group = 1'000'000;
            table_.consumed.push_back(text);
        }
        return ok();
    }

    Result<Fetched> fetch(std::size_t max_rows, CellSink& sink) override {
        if (std::exchange(table_.fails, false)) return failure();
        const auto rest = remaining();
        if (flaw_ == Flaw::ignores_max_rows) max_rows += 1;
        if (flaw_ == Flaw::drops_short_page && rest.size() < max_rows) return Fetched{0, true};
        Fetched fetched;
        for (const auto& record : rest) {
            if (fetched.rows == max_rows) break;
            if (record.key == after_ && flaw_ != Flaw::overlooks_repeated_key && flaw_ != Flaw::pages_by_offset) {
                return Error{Errc::order_violation, "the key is not unique"};
            }
            const bool wanted = put(record, sink);
            ++fetched.rows;
            if (!wanted && flaw_ == Flaw::loses_row_at_stop) ++skipped_;
            if (!wanted && flaw_ != Flaw::ignores_sink) break;
        }
        fetched.end = is_end(fetched.rows, rest.size(), max_rows);
        if (flaw_ == Flaw::miscounts && fetched.rows > 2) --fetched.rows;
        return fetched;
    }

    std::string position() const override {
        if (flaw_ == Flaw::counts_position_reads) ++given_;
        return written();
    }

    /// A slice is a number of groups.
    Result<std::optional<RowSlice>> slice(std::string_view position, std::uint64_t keys) override {
        TableSource here(table_, Flaw::none);
        if (auto started = here.start(position); !started) return started.error();
        if (here.remaining().empty()) return std::optional<RowSlice>();
        const int cut = here.after_.group + 10 * static_cast<int>(std::min<std::uint64_t>(keys, 1000));
        RowSlice slice;
        here.end_ = cut;
        slice.rows = here.written();
        here.end_ = last_group;
        here.after_ = {cut, last_group};
        if (flaw_ == Flaw::overlaps_slices) here.after_ = {cut - 1, 0};
        if (flaw_ == Flaw::drops_between_slices) here.after_.group += 10;
        slice.next = here.written();
        return std::optional(slice);
    }

private:
    static constexpr int last_group = 1'000'000;

    std::string written() const {
        return std::to_string(bound_) + '/' + std::to_string(given_) + '/' + std::to_string(after_.group) + '/' +
               std::to_string(after_.id) + '/' + std::to_string(end_) + ';';
    }

    Result<Fetched> failure() const {
        if (flaw_ == Flaw::hides_failure) return Fetched{0, true};
        return Error{flaw_ == Flaw::permanent_failure ? Errc::corrupt : Errc::unavailable, "the connection is gone"};
    }

    bool put(const Record& record, CellSink& sink) {
        sink.integer(record.key.group);
        if (flaw_ != Flaw::forgets_cell || record.key.id != 30) sink.integer(record.key.id);
        after_ = record.key;
        ++given_;
        return sink.end_row();
    }

    bool is_end(std::size_t rows, std::size_t rest, std::size_t max_rows) const {
        switch (flaw_) {
        case Flaw::never_ends:
            return false;
        case Flaw::takes_short_page_for_end:
            return rows < max_rows;
        case Flaw::ends_too_soon:
            return rows + 1 >= rest;
        default:
            return rows == rest;
        }
    }

    /// The rows that are still to come.
    std::vector<Record> remaining() {
        std::vector<Record> rest;
        for (const auto& record : table_.records) {
            if (record.key.group > end_ && flaw_ != Flaw::ignores_end_of_slice) continue;
            if (record.arrival <= bound_ || flaw_ == Flaw::pages_by_offset) rest.push_back(record);
        }
        if (flaw_ == Flaw::unordered) std::swap(rest[3], rest[5]);
        const auto given = static_cast<std::ptrdiff_t>(std::min(given_ + skipped_, rest.size()));
        if (flaw_ == Flaw::pages_by_offset || flaw_ == Flaw::unordered || flaw_ == Flaw::loses_row_at_stop) {
            rest.erase(rest.begin(), rest.begin() + given);
        } else {
            // A row with the key of the last one is still to come if that was the first of the two.
            const auto before = [&](const Record& record) { return record.key < after_; };
            rest.erase(rest.begin(), std::find_if_not(rest.begin(), rest.end(), before));
            if (!rest.empty() && rest.front().key == after_) rest.erase(rest.begin());
        }
        if (flaw_ == Flaw::goes_on_after_end && rest.empty() && given > 0) rest.push_back({{900, 900}, 0});
        return rest;
    }

    Table& table_;
    Flaw flaw_;
    std::vector<Column> columns_{{"group", ColumnType::integer}, {"id", ColumnType::integer}};
    int bound_ = 0;
    mutable std::size_t given_ = 0;
    std::size_t skipped_ = 0;
    Key after_{-1, -1};
    int end_ = last_group; ///< The last group of the slice.
};

Key key_of(const testing::RowSourceHooks::Row& row) {
    return {static_cast<int>(std::get<std::int64_t>(row[0])), static_cast<int>(std::get<std::int64_t>(row[1]))};
}

testing::Report check(Flaw flaw, int rows = 23) {
    Table table(rows);
    const Table original = table;
    testing::RowSourceHooks hooks;
    hooks.comes_before = [](auto& a, auto& b) { return key_of(a) < key_of(b); };
    hooks.insert_before_cursor = [&](auto& row) { table.insert({key_of(row).group, key_of(row).id - 5}); };
    hooks.delete_last_read = [&](auto& row) { table.erase(key_of(row)); };
    hooks.append = [&] { table.insert({1000, 1000}); };
    hooks.repeat_key = [&](auto& row) { table.insert(key_of(row)); };
    hooks.restore = [&] { table = original; };
    hooks.fail_next_fetch = [&] { table.fails = true; };
    return testing::check_row_source([&] { return std::make_unique<TableSource>(table, flaw); }, hooks);
}

} // namespace

TEST_CASE("check_row_source passes a source that does nothing wrong, whatever happens to its rows") {
    for (const int rows : {0, 1, 2, 3, 23, 80}) {
        const auto report = check(Flaw::none, rows);
        INFO(rows, " rows: ", report.text());
        CHECK(report.passed());
    }
}

TEST_CASE("check_row_source finds what is wrong with a broken source, and says it") {
    struct Row {
        Flaw flaw;
        std::string message;
    };
    const Row table[] = {
        {Flaw::pages_by_offset, "a row inserted before the cursor after row 1 was read changes nothing: row 1 comes "
                                "again in the place of row 2"},
        {Flaw::pages_by_offset,
         "deleting the last row that was read after row 1 was read changes nothing: row 3 comes in the place of row 2"},
        {Flaw::skips_ties,
         "pages of 1 rows, each of a new source, give the same rows: row 8 comes in the place of row 2"},
        {Flaw::repeats_ties, "row 1 comes again in the place of row 2"},
        {Flaw::repeats_border_row, "row 1 comes again in the place of row 2"},
        {Flaw::forgets_bound,
         "a row that arrives at the end after row 0 was read changes nothing: another row comes at "
         "the end"},
        {Flaw::drops_short_page, "pages of 1 rows give the same rows"},
        {Flaw::takes_short_page_for_end, "a sink that stops gets the same rows in pages of 1 rows: row 2 and what "
                                         "follows it is missing"},
        {Flaw::ends_too_soon, "fetch gives no rows after it said that there are no more"},
        {Flaw::never_ends, "a source comes to its end"},
        {Flaw::goes_on_after_end, "fetch gives no rows after it said that there are no more"},
        {Flaw::miscounts, "fetch says how many rows it gave: 22 instead of 23"},
        {Flaw::ignores_max_rows, "fetch gives no more rows than it was asked for"},
        {Flaw::ignores_sink, "fetch stops when the sink wants no more"},
        {Flaw::loses_row_at_stop,
         "a sink that stops gets the same rows in pages of 1 rows: row 3 comes in the place of row 2"},
        {Flaw::counts_position_reads, "asking for the position does not change it"},
        {Flaw::consumes_positions, "row 3 and what follows it is missing"},
        {Flaw::takes_any_position, "a position that nobody made is Errc::invalid_cursor: not so ' '"},
        {Flaw::wrong_code_for_position, "a position that nobody made is Errc::invalid_cursor: not so ' '"},
        {Flaw::unordered, "the key increases from row to row: row 5 does not come after the row before it"},
        {Flaw::overlooks_repeated_key, "a key that comes twice is Errc::order_violation"},
        {Flaw::hides_failure, "fetch does not succeed when reading fails"},
        {Flaw::permanent_failure, "a fetch that may succeed later gives a code of Condition::unavailable: corrupt, "
                                  "the connection is gone"},
        {Flaw::changes_columns, "columns stay the same"},
        {Flaw::forgets_cell, "every row has a cell for each column"},
        {Flaw::overlaps_slices, "slices of 1 keys and what they leave are all rows: row"},
        {Flaw::drops_between_slices, "slices of 1 keys and what they leave are all rows: "},
        {Flaw::ignores_end_of_slice, "slices of 1 keys and what they leave are all rows: "},
    };
    for (const auto& row : table) {
        const auto report = check(row.flaw);
        INFO("flaw ", static_cast<int>(row.flaw), ", wanted: ", row.message, "\n", report.text());
        CHECK_FALSE(report.passed());
        CHECK(report.text().find(row.message) != std::string::npos);
        CHECK(report.failures().size() < 20); // something to read, not something to search
    }
}

TEST_CASE("check_row_source without hooks finds what can be seen without them") {
    Table table(23);
    for (const auto flaw : {Flaw::skips_ties, Flaw::repeats_border_row, Flaw::ends_too_soon, Flaw::never_ends}) {
        CHECK_FALSE(testing::check_row_source([&] { return std::make_unique<TableSource>(table, flaw); }).passed());
    }
    CHECK(testing::check_row_source([&] { return std::make_unique<TableSource>(table, Flaw::none); }).passed());
}
