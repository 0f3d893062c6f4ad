#include "sqlite/table_keyset_source.hpp"

#include <dataexport/core/json.hpp>
#include <dataexport/core/time.hpp>
#include <dataexport/format/dispatch.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

namespace {

struct Bind {
    Statement& statement;
    int parameter;

    void operator()(std::monostate) const { statement.bind_null(parameter); }
    void operator()(std::int64_t value) const { statement.bind_integer(parameter, value); }
    void operator()(double value) const { statement.bind_real(parameter, value); }
    void operator()(const std::string& value) const { statement.bind_text(parameter, value); }
    void operator()(const std::vector<unsigned char>& value) const { statement.bind_blob(parameter, value); }
};

/// Reads a cell into `value`, whose memory is used again where it can be.
void read(Cell cell, SqlValue& value) {
    switch (cell.type()) {
    case SQLITE_INTEGER:
        value = cell.integer();
        break;
    case SQLITE_FLOAT:
        value = cell.real();
        break;
    case SQLITE_TEXT:
        if (auto* text = std::get_if<std::string>(&value)) {
            *text = cell.text();
        } else {
            value.emplace<std::string>(cell.text());
        }
        break;
    case SQLITE_BLOB: {
        const auto bytes = cell.blob();
        value = std::vector<unsigned char>(bytes.begin(), bytes.end());
        break;
    }
    default:
        value = std::monostate();
    }
}

/// The order of values in SQLite: null, numbers, text, bytes.
struct Before {
    bool operator()(std::int64_t a, double b) const noexcept { return static_cast<double>(a) < b; }
    bool operator()(double a, std::int64_t b) const noexcept { return a < static_cast<double>(b); }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
        if constexpr (std::is_same_v<A, B>) {
            return a < b;
        } else {
            return rank(a) < rank(b);
        }
    }

    static int rank(std::monostate) noexcept { return 0; }
    static int rank(std::int64_t) noexcept { return 1; }
    static int rank(double) noexcept { return 1; }
    static int rank(const std::string&) noexcept { return 2; }
    static int rank(const std::vector<unsigned char>&) noexcept { return 3; }
};

bool comes_after(const std::vector<SqlValue>& key, const std::vector<SqlValue>& last, std::span<const KeyPart> parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto& lower = parts[i].falling ? key[i] : last[i];
        const auto& upper = parts[i].falling ? last[i] : key[i];
        if (std::visit(Before(), lower, upper)) return true;
        if (std::visit(Before(), upper, lower)) return false;
    }
    return false;
}

constexpr std::int64_t first_micros = -62'135'596'800'000'000; ///< Year 1.
constexpr std::int64_t end_micros = 253'402'300'800'000'000;   ///< Year 10000.

bool in_calendar(std::int64_t micros) noexcept { return micros >= first_micros && micros < end_micros; }

TimePoint instant(std::int64_t micros) noexcept { return TimePoint(std::chrono::microseconds(micros)); }

template <class Sink>
void put_integer(Sink& sink, SqlCell cell, std::int64_t value) {
    constexpr std::int64_t exact_as_real = std::int64_t{1} << 53;
    constexpr std::int64_t second = 1'000'000;
    if (cell == SqlCell::boolean && (value == 0 || value == 1)) return sink.boolean(value == 1);
    if (cell == SqlCell::real && value >= -exact_as_real && value <= exact_as_real) {
        return sink.real(static_cast<double>(value));
    }
    if (cell == SqlCell::timestamp && in_calendar(value)) return sink.timestamp(instant(value));
    if (cell == SqlCell::timestamp_as_micros && in_calendar(value)) return sink.text(to_iso_micros(instant(value)));
    if (cell == SqlCell::timestamp_seconds && value >= first_micros / second && value < end_micros / second) {
        return sink.timestamp(instant(value * second));
    }
    sink.integer(value);
}

template <class Sink>
void put_real(Sink& sink, SqlCell cell, double value) {
    if (cell == SqlCell::timestamp_seconds) {
        if (const auto time = from_unix_seconds(value)) return sink.timestamp(*time);
    }
    sink.real(value);
}

bool is_decimal(std::string_view text) noexcept {
    const auto digits = [&] {
        const auto count = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(count);
        return count;
    };
    if (text.starts_with('-')) text.remove_prefix(1);
    if (digits() == 0) return false;
    if (text.empty()) return true;
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
    return digits() > 0 && text.empty();
}

/// Reads ISO text, also with the space that SQLite itself writes for the `T`.
Result<TimePoint> read_iso(std::string_view text) {
    constexpr std::size_t place_of_t = 10;
    if (text.size() <= place_of_t || text[place_of_t] != ' ') return parse_iso(text);
    std::string with_t(text);
    with_t[place_of_t] = 'T';
    return parse_iso(with_t);
}

template <class Sink>
void put_text(Sink& sink, SqlCell cell, std::string_view value) {
    if (cell == SqlCell::decimal && is_decimal(value)) return sink.decimal(value);
    if (cell == SqlCell::json && parse_json(value)) return sink.json(value);
    if (cell == SqlCell::timestamp || cell == SqlCell::timestamp_seconds) {
        if (const auto time = read_iso(value)) return sink.timestamp(*time);
    }
    sink.text(value);
}

template <class Sink>
void put_cell(Sink& sink, SqlCell form, Cell cell) {
    switch (cell.type()) {
    case SQLITE_INTEGER:
        return put_integer(sink, form, cell.integer());
    case SQLITE_FLOAT:
        return put_real(sink, form, cell.real());
    case SQLITE_TEXT:
        return put_text(sink, form, cell.text());
    case SQLITE_BLOB:
        return sink.bytes(cell.blob());
    default:
        return sink.null();
    }
}

} // namespace

Result<Statement> prepare(Database& database, const SqlStatement& statement) {
    auto prepared = database.prepare(statement.text);
    if (!prepared && prepared.error().code == Errc::query_failed) {
        return Error{Errc::schema_drift, "the database does not have what the query asks for"};
    }
    if (!prepared) return prepared;
    int parameter = 0;
    for (const auto& value : statement.parameters) {
        std::visit(Bind{*prepared, ++parameter}, value);
    }
    return prepared;
}

KeysetSource::KeysetSource(Database database, std::unique_ptr<KeysetQuery> query)
    : database_(std::move(database)), query_(std::move(query)), key_(query_->key().size()) {}

Result<std::vector<SqlValue>> KeysetSource::bound() {
    auto statement = prepare(database_, query_->bound());
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    std::vector<SqlValue> values;
    if (!*row) return values;
    values.resize(query_->bound_size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        read(statement->cell(static_cast<int>(i)), values[i]);
        if (values[i].index() == 0) return std::vector<SqlValue>();
    }
    return values;
}

Result<void> KeysetSource::start(std::string_view position) {
    rows_.reset();
    if (position.empty()) {
        auto fixed = bound();
        if (!fixed) return fixed.error();
        position_ = {*std::move(fixed), {}};
    } else {
        auto read_position = from_token(position, query_->bound_size(), query_->key());
        if (!read_position) return read_position.error();
        position_ = *std::move(read_position);
    }
    if (position_.bound.empty()) return ok();
    auto rows = prepare(database_, query_->rows(position_));
    if (!rows) return rows.error();
    rows_ = *std::move(rows);
    return ok();
}

Result<std::optional<RowSlice>> KeysetSource::slice(std::string_view position, std::uint64_t keys) {
    const std::optional<RowSlice> none;
    const auto parts = query_->key();
    if (parts.size() != 1 || parts[0].falling || parts[0].nullable || query_->bound_size() != 1) return none;
    const auto whole = from_token(position, query_->bound_size(), parts);
    if (!whole) return whole.error();
    if (whole->bound.empty() || whole->after.empty()) return none;
    const auto* bound = std::get_if<std::int64_t>(&whole->bound[0]);
    const auto* after = std::get_if<std::int64_t>(&whole->after[0]);
    if (bound == nullptr || after == nullptr || *after >= *bound) return none;
    if (!seeks_) {
        const auto known = seeks(*whole);
        if (!known) return known.error();
        seeks_ = *known;
        // Such a scan needs each page once: a few of them stay near the processor, many would not.
        if (*seeks_) static_cast<void>(database_.exec("PRAGMA cache_size=-256"));
    }
    if (!*seeks_) return none;
    const auto left = static_cast<std::uint64_t>(*bound) - static_cast<std::uint64_t>(*after);
    const auto last = static_cast<std::int64_t>(static_cast<std::uint64_t>(*after) + std::min(keys, left));
    return std::optional(RowSlice{to_token({{last}, whole->after}), to_token({whole->bound, {last}})});
}

Result<bool> KeysetSource::seeks(const KeysetPosition& position) {
    auto explained = query_->rows(position);
    explained.text.insert(0, "EXPLAIN QUERY PLAN ");
    auto plan = prepare(database_, explained);
    if (!plan) return plan.error();
    std::size_t steps = 0;
    bool searches = false;
    for (;;) {
        const auto row = plan->step();
        if (!row) return row.error();
        if (!*row) return steps == 1 && searches;
        constexpr int detail = 3;
        const auto text = plan->text(detail);
        searches = text.starts_with("SEARCH ") && text.find(">?") != std::string_view::npos &&
                   text.find("<?") != std::string_view::npos;
        ++steps;
    }
}

Result<Fetched> KeysetSource::fetch(std::size_t max_rows, CellSink& sink) {
    return dispatch(sink, [&](auto& concrete) { return fetch_into(concrete, max_rows); });
}

template <class Sink>
Result<Fetched> KeysetSource::fetch_into(Sink& sink, std::size_t max_rows) {
    const auto cells = query_->cells();
    Fetched fetched;
    while (rows_ && fetched.rows < max_rows) {
        const auto row = rows_->step();
        if (!row) return row.error();
        if (!*row) {
            rows_.reset();
            break;
        }
        const auto noted = note_key();
        if (!noted) return noted.error();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            put_cell(sink, cells[i], rows_->cell(static_cast<int>(i)));
        }
        ++fetched.rows;
        if (!sink.end_row()) break;
    }
    fetched.end = !rows_;
    return fetched;
}

bool KeysetSource::note_larger_integer() {
    const auto& part = query_->key().front();
    if (position_.after.size() != 1 || part.falling) return false;
    auto* last = std::get_if<std::int64_t>(&position_.after[0]);
    const auto key = rows_->cell(static_cast<int>(part.ordinal));
    if (last == nullptr || key.type() != SQLITE_INTEGER || key.integer() <= *last) return false;
    *last = key.integer();
    return true;
}

Result<void> KeysetSource::note_key() {
    if (note_larger_integer()) return ok();
    const auto parts = query_->key();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        read(rows_->cell(static_cast<int>(parts[i].ordinal)), key_[i]);
        if (key_[i].index() == 0 && !parts[i].nullable) {
            return Error{Errc::order_violation, "a row has no value in the key that orders the rows"};
        }
    }
    if (!position_.after.empty() && !comes_after(key_, position_.after, parts)) {
        return Error{Errc::order_violation, "a row does not come after the row before it: the key is not unique"};
    }
    position_.after.resize(parts.size());
    std::swap(position_.after, key_);
    return ok();
}

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
