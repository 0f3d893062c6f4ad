#include "random_events.hpp"

#include <dataexport/core/time.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <iterator>

namespace bench {

namespace {

using namespace std::string_view_literals;

// No word has more than nine characters, so that a title has at least three.
constexpr std::string_view subjects[] = {"TypeError", "KeyError", "Timeout", "Deadlock",
                                         "Exception", "Overflow", "Refused", "Warning"};
constexpr std::string_view words[] = {
    "request", "failed", "timeout",  "worker",  "database", "handler", "while", "reading", "user",  "session", "cache",
    "invalid", "token",  "answer",   "from",    "upstream", "closed",  "retry", "payload", "value", "missing", "queue",
    "index",   "render", "checkout", "connect", "refused",  "memory",  "limit", "reached", "in",    "the"};
constexpr std::string_view foreign_words[] = {"für",    "Größe", "naïve", "déjà", "データ", "数据库",
                                              "ошибка", "señal", "żółć",  "✓",    "🚀",      "Übergabe"};
constexpr std::string_view levels[] = {"error", "error", "warning", "info", "fatal", "debug"};
constexpr std::string_view places[] = {"organizations", "projects", "issues", "customers", "orders", "invoices"};
constexpr std::string_view actions[] = {"events", "details", "stats", "search", "checkout", "members"};
constexpr std::string_view given_names[] = {"jane", "omar", "li", "sofia", "ivan", "amara", "noah", "yuki"};
constexpr std::string_view services[] = {"backend", "frontend", "worker", "billing"};
constexpr std::string_view environments[] = {"production", "production", "staging", "development"};

/// SplitMix64: the same numbers on every machine.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed * 0xd1342543de82ef95U) {}

    std::uint64_t next() {
        std::uint64_t bits = state_ += 0x9e3779b97f4a7c15U;
        bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
        bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
        return bits ^ (bits >> 31U);
    }
    /// From 0 to `limit` - 1. @pre `limit` is small
    std::uint64_t below(std::uint64_t limit) { return (next() >> 32U) * limit >> 32U; }
    bool percent(std::uint64_t share) { return below(100) < share; }
    template <std::size_t Size>
    std::string_view one_of(const std::string_view (&choices)[Size]) {
        return choices[below(Size)];
    }

private:
    std::uint64_t state_;
};

void append_number(std::string& out, std::uint64_t number) {
    char digits[20];
    out.append(digits, std::to_chars(digits, std::end(digits), number).ptr);
}

void write_hex(Dice& dice, std::string& out) {
    out.clear();
    for (int half = 0; half < 2; ++half) {
        std::uint64_t bits = dice.next();
        for (int digit = 0; digit < 16; ++digit, bits >>= 4U) {
            out += "0123456789abcdef"[bits & 0xfU];
        }
    }
}

/// Characters, not bytes, of UTF-8.
std::size_t length(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }));
}

void write_title(Dice& dice, std::string& title) {
    const bool is_foreign = dice.percent(5);
    const bool has_line_break = dice.percent(2);
    const auto mark = dice.below(100);
    const bool has_comma = mark < 5;
    const bool has_quotes = mark >= 5 && mark < 10;
    const auto wanted = 30 + dice.below(80);

    title = dice.one_of(subjects);
    std::size_t so_far = title.size();
    for (int index = 1; so_far < wanted; ++index) {
        const auto word = is_foreign && index % 2 == 0 ? dice.one_of(foreign_words) : dice.one_of(words);
        const auto quote = has_quotes && index == 1 ? "\""sv : ""sv;
        const auto separator = has_comma && index == 1 ? ", "sv : has_line_break && index == 2 ? "\n"sv : " "sv;
        for (const auto text : {separator, quote, word, quote}) {
            title += text;
            so_far += length(text);
        }
    }
}

void write_timestamp(std::int64_t id, Dice& dice, std::string& out) {
    using namespace std::chrono;
    constexpr dataexport::TimePoint first{sys_days{year{2024} / 1 / 1}};
    const auto time = first + seconds{id} + microseconds{dice.below(1'000'000)};
    out.resize(dataexport::iso_size);
    out.resize(static_cast<std::size_t>(dataexport::write_iso(time, out.data()) - out.data()));
}

void write_transaction_name(Dice& dice, std::string& out) {
    out = "/api/";
    out += dice.one_of(places);
    out += '/';
    append_number(out, dice.below(100'000));
    out += '/';
    out += dice.one_of(actions);
    out += '/';
}

void write_email(Dice& dice, std::string& out) {
    out = dice.one_of(given_names);
    append_number(out, dice.below(1000));
    out += "@example.com";
}

void write_release(Dice& dice, std::string& out) {
    out = dice.one_of(services);
    out += '@';
    append_number(out, dice.below(10));
    out += '.';
    append_number(out, dice.below(40));
    out += '.';
    append_number(out, dice.below(20));
}

/// A cell that is sometimes NULL. @return where its value goes, or null
template <class Value>
Value* unless_null(Dice& dice, std::uint64_t percent_null, std::optional<Value>& cell) {
    if (dice.percent(percent_null)) {
        cell.reset();
        return nullptr;
    }
    if (!cell) cell.emplace();
    return &*cell;
}

} // namespace

void make_event(std::int64_t id, EventRow& row) {
    Dice dice(static_cast<std::uint64_t>(id));
    row.id = id;
    write_hex(dice, row.event_id);
    row.project_id = static_cast<std::int64_t>(1 + dice.below(500));
    write_timestamp(id, dice, row.timestamp);
    row.level = dice.one_of(levels);
    write_title(dice, row.title);
    write_transaction_name(dice, row.transaction_name);
    if (auto* email = unless_null(dice, 20, row.user_email)) write_email(dice, *email);
    if (auto* duration = unless_null(dice, 10, row.duration)) {
        *duration = static_cast<double>(dice.below(5'000'000)) / 1000;
    }
    row.count = static_cast<std::int64_t>(1 + dice.below(1000));
    if (auto* release = unless_null(dice, 15, row.release)) write_release(dice, *release);
    if (auto* environment = unless_null(dice, 10, row.environment)) *environment = dice.one_of(environments);
}

} // namespace bench
