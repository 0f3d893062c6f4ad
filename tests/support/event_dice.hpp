/// @file
/// Random events and random requests over them.
#pragma once

#include <dataexport/core/time.hpp>
#include <dataexport/ports/event.hpp>
#include <dataexport/ports/event_columns.hpp>
#include <dataexport/ports/event_fields.hpp>
#include <dataexport/request/selection.hpp>

#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// A request and the query that was made of it.
struct DrawnQuery {
    dataexport::Selection selection;
    std::string search;
    dataexport::EventQuery query;

    /// The request in one line, to find it again.
    [[nodiscard]] std::string text() const {
        std::string text = "fields:";
        for (const auto* list : {&selection.fields, &selection.equations, &selection.sort}) {
            for (const auto& one : *list) {
                text += " [" + one + ']';
            }
            text += " |";
        }
        text += ' ' + search + " | " + query.dataset + ", " + std::to_string(query.projects.size()) + " projects";
        for (const auto& environment : query.environments) {
            text += ", " + environment;
        }
        return text + ", " + dataexport::to_iso(query.start) + " to " + dataexport::to_iso(query.end);
    }
};

/// Draws from few values, so that events meet in groups and searches find some of them. The same seed gives the same
/// events and queries everywhere.
class EventDice {
public:
    explicit EventDice(unsigned seed) : engine_(seed) {}

    static std::map<dataexport::ProjectId, std::string> slugs() {
        return {{dataexport::ProjectId{1}, "web"}, {dataexport::ProjectId{2}, "app"}, {dataexport::ProjectId{3}, "x"}};
    }

    std::size_t below(std::size_t count) { return engine_() % count; }

    /// An event whose id ends with `number`, which has to be below 9000.
    dataexport::Event event(std::size_t number) {
        dataexport::Event event;
        event.id = std::to_string(10'000 + below(90'000)) + std::string(23, 'a') + std::to_string(1000 + number);
        event.project = dataexport::ProjectId{static_cast<std::int64_t>(1 + below(3))};
        event.timestamp = instant();
        event.type = maybe({"error", "transaction", "transaction", "generic"});
        event.level = maybe_text();
        event.title = maybe_text();
        event.message = maybe_text();
        event.transaction = maybe_text();
        event.platform = maybe({"c", "C", ""});
        event.environment = maybe({"", "production", "staging"});
        event.release = maybe({"1.0", "2.0", ""});
        event.user.id = maybe({"1", "2", ""});
        event.user.email = maybe({"a@b.c", "A@b.c"});
        event.user.username = maybe({"jane", "ab"});
        event.user.ip_address = maybe({"::1"});
        if (chance(2)) event.issue = static_cast<std::int64_t>(below(3));
        if (!chance(3)) event.duration = number_of({0, 0.1, 0.2, 0.3, 100, 300, 1200, 1200.5, 5000});
        if (const auto text = maybe_text()) event.tags["x"] = *text;
        if (const auto text = maybe({"ok", "unknown", "cancelled", "aborted", ""})) {
            event.tags["transaction.status"] = *text;
        }
        if (const auto text = maybe({"1", "0", "true", "false", "x"})) event.tags["error.handled"] = *text;
        if (chance(4)) event.tags["spans.db"] = "5";
        if (chance(2)) event.measurements["lcp"] = number_of({0, 2499.5, 2500, 4000, 1e9});
        if (chance(2)) event.measurements["cls"] = number_of({-0.5, 0.1, 0.2, 0.25, 0.3, -1e9, 1e-300});
        return event;
    }

    /// A query that can be run.
    DrawnQuery query() {
        for (;;) {
            const bool grouped = below(3) != 0;
            DrawnQuery drawn;
            drawn.query = scope();
            drawn.selection.fields = grouped ? grouped_fields() : plain_fields();
            if (chance(3)) drawn.selection.equations = equations(drawn.selection.fields);
            drawn.selection.sort = sort(drawn.selection);
            drawn.search = search(grouped);
            auto parsed = dataexport::SearchQuery::parse(drawn.search, {});
            if (!parsed) continue;
            drawn.selection.search = *std::move(parsed);
            if (select(drawn.selection, drawn.query) && check_event_query(drawn.query)) return drawn;
        }
    }

private:
    using Strings = std::vector<std::string>;
    using Choices = std::initializer_list<const char*>;

    static constexpr dataexport::TimePoint start_{std::chrono::sys_days{std::chrono::year{2020} / 5 / 19} +
                                                  std::chrono::hours{22}};
    static constexpr const char* texts_[] = {"",          "a", "A",  "ab",   "a*b", "a%b",  "a_b",  "b\\a", "\xc3\xa4z",
                                             "O'R \"q\"", "*", "10", "a, b", "2",   "a(b)", "-- x", "a"};

    bool chance(std::size_t in) { return below(in) == 0; }

    std::string one_of(Choices choices) { return choices.begin()[below(choices.size())]; }
    std::string one_of(const Strings& choices) { return choices[below(choices.size())]; }
    double number_of(std::initializer_list<double> choices) { return choices.begin()[below(choices.size())]; }

    std::optional<std::string> maybe(Choices choices) {
        if (chance(3)) return std::nullopt;
        return one_of(choices);
    }
    std::optional<std::string> maybe_text() {
        if (chance(3)) return std::nullopt;
        return texts_[below(std::size(texts_))];
    }

    /// Some of the three hours after 22:00.
    dataexport::TimePoint instant() {
        return start_ + std::chrono::hours{below(3)} + std::chrono::seconds{60 * below(3)} +
               std::chrono::microseconds{static_cast<std::int64_t>(number_of({0, 0, 1, 333'333, 500'000}))};
    }
    /// An instant of events or between them, to the second.
    std::string date() {
        return dataexport::to_iso(start_ + std::chrono::hours{below(3)} + std::chrono::seconds{below(3)}).substr(0, 19);
    }

    dataexport::EventQuery scope() {
        dataexport::EventQuery query;
        query.dataset = one_of({"discover", "discover", "discover", "errors", "transactions", "issuePlatform"});
        query.start = start_ + std::chrono::hours{chance(4) ? 1 : 0};
        query.end = start_ + std::chrono::hours{chance(4) ? 2 : 3};
        for (std::int64_t id = 1; id <= 3; ++id) {
            if (!chance(5)) query.projects.push_back(dataexport::ProjectId{id});
        }
        if (chance(5)) query.environments = {one_of({"", "production"}), one_of({"staging", "none"})};
        return query;
    }

    // What is selected.

    std::string numeric_field() {
        return one_of({"transaction.duration", "transaction.duration", "measurements.lcp", "measurements.cls",
                       "timestamp", "time", "measurements.none", "spans.db"});
    }
    std::string field() {
        return one_of({"id",
                       "timestamp.to_hour",
                       "timestamp.to_day",
                       "project",
                       "project.name",
                       "project.id",
                       "type",
                       "event.type",
                       "level",
                       "title",
                       "message",
                       "transaction",
                       "platform",
                       "environment",
                       "release",
                       "issue",
                       "issue.id",
                       "user",
                       "user.id",
                       "user.email",
                       "user.username",
                       "user.ip",
                       "user.display",
                       "x",
                       "tags[x]",
                       "transaction.status",
                       "none"});
    }
    /// Of few values, to make groups by.
    std::string key_field() {
        return one_of({"timestamp.to_hour", "timestamp.to_day", "project", "project.id", "type", "level", "platform",
                       "environment", "release", "issue", "user.email", "x", "transaction.status", "none",
                       "measurements.lcp", "transaction.duration"});
    }
    std::string any_field() { return chance(3) ? numeric_field() : field(); }
    std::string condition_word() {
        return one_of({"equals", "notEquals", "less", "lessOrEquals", "greater", "greaterOrEquals"});
    }
    std::string fraction() { return one_of({"0", "0.25", "0.333", "0.5", "0.95", "1"}); }
    std::string in_range() { return condition_word() + ", " + date(); }
    std::string interval() { return one_of({"", "1", "7", "60", "3600", "1e9"}); }
    std::string satisfaction() { return one_of({"", "0", "0.1", "75", "300"}); }

    std::string to_other() {
        const std::string words = one_of({"", ", \"o\"", ", \"o\", \"s\""});
        return "to_other(release, \"" + one_of({"1.0", "", "9"}) + "\"" + words + ')';
    }

    /// A value for `count_if`, of the type of the field.
    std::string compared_value(const std::string& name) {
        const auto type = dataexport::event_field(name).type;
        if (type == dataexport::ColumnType::timestamp) return date();
        if (type != dataexport::ColumnType::text) return one_of({"0", "0.1", "1", "2", "300", "-1"});
        return one_of({"a", "\"a\"", "\"a*b\"", "\"\"", "\"a, b\"", "\"b\\a\"", "10", "web", "id:1"});
    }

    std::string call() {
        const auto name = one_of({"count",
                                  "count_unique",
                                  "min",
                                  "max",
                                  "sum",
                                  "avg",
                                  "any",
                                  "var",
                                  "stddev",
                                  "cov",
                                  "corr",
                                  "percentile",
                                  "p50",
                                  "p75",
                                  "p90",
                                  "p95",
                                  "p99",
                                  "p100",
                                  "percentile_range",
                                  "avg_range",
                                  "variance_range",
                                  "count_range",
                                  "count_if",
                                  "count_at_least",
                                  "count_scores",
                                  "last_seen",
                                  "latest_event",
                                  "eps",
                                  "epm",
                                  "tpm",
                                  "floored_epm",
                                  "failure_count",
                                  "failure_rate",
                                  "apdex",
                                  "count_miserable",
                                  "user_misery",
                                  "count_web_vitals",
                                  "upsampled_count",
                                  "upsampled_eps",
                                  "upsampled_epm",
                                  "absolute_correlation"});
        return name + '(' + arguments(name) + ')';
    }

    std::string arguments(std::string_view name) {
        if (name == "count_unique" || name == "any") return any_field();
        if (name == "cov" || name == "corr") return numeric_field() + ", " + numeric_field();
        if (name == "percentile") return numeric_field() + ", " + fraction();
        if (name == "percentile_range") return numeric_field() + ", " + fraction() + ", " + in_range();
        if (name == "avg_range" || name == "variance_range") return numeric_field() + ", " + in_range();
        if (name == "count_range") return in_range();
        if (name == "count_at_least") return numeric_field() + ", " + one_of({"0", "0.2", "300", "1589925600"});
        if (name == "count_web_vitals") {
            return one_of({"measurements.lcp", "measurements.cls"}) + ", " + one_of({"good", "meh", "poor", "any"});
        }
        if (name == "apdex") return satisfaction();
        if (name == "user_misery") return chance(2) ? satisfaction() : "300, " + one_of({"0", "1", "5.5, 2"});
        if (name == "count_if") {
            const auto compared = any_field();
            return compared + ", " + condition_word() + ", " + compared_value(compared);
        }
        if (name == "count_miserable") {
            const auto satisfied = satisfaction();
            return any_field() + (satisfied.empty() ? "" : ", " + satisfied);
        }
        if (name.ends_with("eps") || name.ends_with("epm") || name == "tpm") return interval();
        const bool takes_numbers = name[0] == 'p' || name == "min" || name == "max" || name == "sum" || name == "avg" ||
                                   name == "var" || name == "stddev" || name == "count_scores";
        return takes_numbers ? numeric_field() : "";
    }

    Strings plain_fields() {
        Strings fields;
        for (std::size_t i = 1 + below(6); i > 0; --i) {
            fields.push_back(chance(8) ? to_other() : any_field());
        }
        return fields;
    }

    Strings grouped_fields() {
        Strings fields;
        for (std::size_t i = below(3); i > 0; --i) {
            fields.push_back(chance(8) ? to_other() : key_field());
        }
        for (std::size_t i = 1 + below(4); i > 0; --i) {
            fields.push_back(call() + (chance(6) ? " as f" + std::to_string(i) : ""));
        }
        if (chance(6)) fields.push_back("total.count");
        if (chance(6)) fields.push_back("total.transaction_duration");
        return fields;
    }

    /// Equations over what is selected; most of it may not be an operand.
    Strings equations(const Strings& fields) {
        Strings operands;
        for (const auto& field : fields) {
            const bool alone = select_equation(fields, field + " + 1");
            if (alone) operands.push_back(field);
        }
        if (operands.empty()) return {};
        Strings equations;
        for (std::size_t i = 1 + below(2); i > 0; --i) {
            auto text = one_of(operands);
            for (std::size_t terms = 1 + below(3); terms > 0; --terms) {
                const auto next = chance(3) ? one_of({"2", "0.5", "-1", "1000"}) : one_of(operands);
                text += one_of({" + ", " - ", " * ", " / "}) + next;
                if (chance(3)) text = '(' + text + ')';
            }
            equations.push_back(text + " + " + operands.front());
        }
        return equations;
    }

    bool select_equation(const Strings& fields, const std::string& equation) {
        auto query = scope();
        return select({.fields = fields, .equations = {equation}}, query).has_value();
    }

    /// Values that are worked out of spreads are no sort keys: they are no more exact than their last digits.
    static bool is_sort_key(std::string_view field) {
        for (const auto* inexact : {"var", "stddev", "cov", "corr", "absolute"}) {
            if (field.starts_with(inexact)) return false;
        }
        return true;
    }

    Strings sort(const dataexport::Selection& selection) {
        Strings sort;
        for (std::size_t i = below(4); i > 0; --i) {
            auto key = one_of(selection.fields);
            if (const auto as = key.find(" as "); as != std::string::npos) key.resize(as);
            if (!selection.equations.empty() && chance(3)) key = "equation[0]";
            if (is_sort_key(key)) sort.push_back((chance(2) ? "-" : "") + key);
        }
        return sort;
    }

    // What is searched for.

    std::string search(bool grouped) {
        std::string text;
        if (!chance(3)) text = '(' + conditions(2, false) + ')';
        if (grouped && chance(3)) text += " (" + conditions(1, true) + ')';
        return text;
    }

    std::string conditions(int depth, bool on_groups) {
        auto text = condition(depth, on_groups);
        for (std::size_t i = below(3); i > 0; --i) {
            text += one_of({" ", " AND ", " OR ", " OR "}) + condition(depth, on_groups);
        }
        return text;
    }

    std::string condition(int depth, bool on_groups) {
        if (depth > 0 && chance(4)) return '(' + conditions(depth - 1, on_groups) + ')';
        const std::string no = chance(3) ? "!" : "";
        return no + (on_groups ? condition_on_group() : condition_on_event());
    }

    std::string comparison() { return one_of({"", ">", "<", ">=", "<=", "!="}); }

    std::string condition_on_group() {
        if (chance(5)) return "last_seen():" + one_of({">", "<", ">=", "<="}) + date();
        const auto key =
            one_of({"count()", "count()", "count_unique(x)", "max(measurements.lcp)", "p50()",
                    "sum(transaction.duration)", "failure_rate()", "apdex()", "epm(60)", "min(measurements.cls)"});
        return key + ':' + comparison() + one_of({"0", "0.2", "1", "2", "5", "100", "300"});
    }

    std::string condition_on_event() {
        const auto text_key = [&] {
            return one_of({"level", "x", "tags[x]", "message", "title", "transaction", "platform", "environment",
                           "user", "user.email", "user.display", "project", "event.type", "release",
                           "transaction.status", "issue"});
        };
        switch (below(9)) {
        case 0:
            return one_of({"transaction.duration", "measurements.lcp", "measurements.cls", "issue.id", "project.id"}) +
                   ':' + comparison() + one_of({"0", "0.1", "1", "2", "300", "2500"});
        case 1:
            return one_of({"issue.id", "project.id", "measurements.cls"}) + ":[0, " + one_of({"1", "2", "0.1"}) + ']';
        case 2:
            return "has:" + (chance(3) ? one_of({"transaction.duration", "measurements.lcp"}) : text_key());
        case 3:
            return text_key() + ":[" + value() + ", " + value() + ']';
        case 4:
            return one_of({"timestamp", "timestamp.to_hour", "timestamp.to_day"}) + ':' +
                   one_of({">", "<", ">=", "<="}) + date();
        case 5:
            return "error.handled:" + one_of({"true", "false", "1", "0"});
        case 6:
            return one_of({"a", "\"a_b\"", "\"O'R\"", "a*b", "\"\\*\"", "%", "\"--\"", "\xc3\xa4"});
        default:
            return text_key() + ':' + value();
        }
    }

    std::string value() {
        return one_of({"a",       "A",       "ab",    "a*",       "*b",
                       "a*b",     "a\\*b",   "*%*",   "a_b",      "*_*",
                       "\"\"",    "*",       "*\\**", "b\\a",     "\xc3\xa4*",
                       "1",       "web",     "id:1",  "1.0",      "error",
                       "*\\\"q*", "staging", "jane",  "\"a, b\"", "\"O'R \\\"q\\\"\""});
    }

    std::mt19937 engine_;
};

} // namespace support
