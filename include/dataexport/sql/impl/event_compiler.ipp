#pragma once

#include <dataexport/ports/event_fields.hpp>
#include <dataexport/search/wildcard.hpp>
#include <dataexport/sql/event_compiler.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::event_compiler {

/// Where fields are in `events e`.
inline SqlLiteral expression(EventFieldId field) noexcept {
    switch (field) {
    case EventFieldId::id:
        return "e.id";
    case EventFieldId::timestamp:
        return "e.timestamp";
    case EventFieldId::timestamp_hour:
        return "(e.timestamp - (e.timestamp % 3600000000 + 3600000000) % 3600000000)";
    case EventFieldId::timestamp_day:
        return "(e.timestamp - (e.timestamp % 86400000000 + 86400000000) % 86400000000)";
    case EventFieldId::project_slug:
        return "(SELECT slug FROM projects WHERE id = e.project_id)";
    case EventFieldId::project_id:
        return "e.project_id";
    case EventFieldId::type:
        return "e.type";
    case EventFieldId::level:
        return "e.level";
    case EventFieldId::title:
        return "e.title";
    case EventFieldId::message:
        return "e.message";
    case EventFieldId::transaction:
        return "e.\"transaction\"";
    case EventFieldId::duration:
        return "e.duration";
    case EventFieldId::platform:
        return "e.platform";
    case EventFieldId::environment:
        return "e.environment";
    case EventFieldId::release:
        return "e.\"release\"";
    case EventFieldId::issue:
        return "e.issue";
    case EventFieldId::user:
        return "e.\"user\"";
    case EventFieldId::user_id:
        return "e.user_id";
    case EventFieldId::user_email:
        return "e.user_email";
    case EventFieldId::user_username:
        return "e.user_username";
    case EventFieldId::user_ip:
        return "e.user_ip";
    case EventFieldId::user_display:
        return "COALESCE(e.user_email, e.user_username, e.user_id, e.user_ip)";
    case EventFieldId::measurement:
        return "(SELECT value FROM measurements WHERE event = e.seq AND key = ";
    case EventFieldId::tag:
        return "(SELECT value FROM tags WHERE event = e.seq AND key = ";
    }
    return "NULL";
}

/// A name in a request as an SQL expression over `events e`.
class FieldExpression {
public:
    explicit FieldExpression(std::string_view name) : name_(name) {}

    void append_to(SqlBuilder& out) const {
        const auto field = event_field(name_);
        out.sql(expression(field.id));
        if (field.id == EventFieldId::measurement || field.id == EventFieldId::tag) {
            out.value(std::string(field.name)).sql(")");
        }
    }
    /// As something that compares with other text by bytes, whatever its type.
    void append_text_to(SqlBuilder& out) const {
        if (type() != ColumnType::text) out.sql("CAST(");
        append_to(out);
        if (type() != ColumnType::text) out.sql(" AS TEXT)");
    }
    /// As something that sorts: text by bytes.
    void append_ordered_to(SqlBuilder& out) const {
        append_to(out);
        if (type() == ColumnType::text) out.sql(out.dialect().byte_order);
    }

    [[nodiscard]] ColumnType type() const noexcept { return event_field(name_).type; }
    [[nodiscard]] bool nullable() const noexcept { return event_field(name_).nullable; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    std::string name_;
};

/// Appends items joined by `separator`. Long chains become trees, since engines bound the depth of an expression.
template <class Append>
void append_chain(SqlBuilder& out, std::size_t begin, std::size_t end, SqlLiteral separator, Append append) {
    constexpr std::size_t longest = 50;
    if (end - begin <= longest) {
        out.join(end - begin, separator, [&](std::size_t i) { append(begin + i); });
        return;
    }
    const std::size_t middle = begin + (end - begin) / 2;
    out.sql("(");
    append_chain(out, begin, middle, separator, append);
    out.sql(")").sql(separator).sql("(");
    append_chain(out, middle, end, separator, append);
    out.sql(")");
}

/// Appends that `text`, which appends an expression, equals one of `values`. The empty value also means none.
template <class Text>
void append_is_any(SqlBuilder& out, const std::vector<std::string>& values, Text text) {
    std::vector<std::string> present;
    std::copy_if(values.begin(), values.end(), std::back_inserter(present), [](auto& value) { return !value.empty(); });
    out.sql("(");
    if (present.size() < values.size()) {
        text();
        out.sql(" IS NULL OR ");
        text();
        out.sql(" = ''").sql(present.empty() ? SqlLiteral("") : SqlLiteral(" OR "));
    }
    if (!present.empty()) {
        text();
        out.sql(" IN (").join(present.size(), ", ", [&](std::size_t i) { out.value(present[i]); }).sql(")");
    }
    out.sql(")");
}

/// Appends that `text` is like one of `patterns`, without regard to case.
template <class Text>
void append_like_any(SqlBuilder& out, const std::vector<std::string>& patterns, Text text) {
    append_chain(out, 0, patterns.size(), " OR ", [&](std::size_t i) {
        text();
        out.sql(out.dialect().like_any_case).value(patterns[i]).sql(" ESCAPE '\\'");
    });
}

/// Appends that the text of a field matches one of the values of a search.
inline void append_matches_any(SqlBuilder& out, const FieldExpression& field, const std::vector<std::string>& values) {
    // Free text, which is a condition on the message, is looked for in the title, too.
    const bool anywhere = field.name() == "message";
    std::vector<std::string> exact;
    std::vector<std::string> patterns;
    for (const auto& value : values) {
        if (anywhere && !value.empty()) {
            patterns.push_back('%' + to_like_pattern(value) + '%');
        } else if (has_wildcard(value)) {
            patterns.push_back(to_like_pattern(value));
        } else {
            exact.push_back(unescape_wildcards(value));
        }
    }
    const auto text = [&] { field.append_text_to(out); };
    if (!exact.empty()) append_is_any(out, exact, text);
    if (!exact.empty() && !patterns.empty()) out.sql(" OR ");
    append_like_any(out, patterns, [&] {
        if (anywhere) {
            out.sql("(COALESCE(e.message, '') || '\n' || COALESCE(e.title, ''))");
        } else {
            text();
        }
    });
}

inline SqlLiteral symbol(SearchOperator op) noexcept {
    switch (op) {
    case SearchOperator::less:
        return " < ";
    case SearchOperator::less_equal:
        return " <= ";
    case SearchOperator::greater:
        return " > ";
    case SearchOperator::greater_equal:
        return " >= ";
    default:
        return " = ";
    }
}

inline bool excludes(SearchOperator op) noexcept {
    return op == SearchOperator::not_equal || op == SearchOperator::not_in;
}

/// Appends a condition as if it excluded nothing: `!=` as `=`, `NOT IN` as `IN`.
struct AppendIncluding {
    SqlBuilder& out;
    const FieldExpression& field;
    SearchOperator op;

    void operator()(const std::string& text) const {
        if (op == SearchOperator::equal || op == SearchOperator::not_equal) {
            append_matches_any(out, field, {text});
        } else {
            field.append_ordered_to(out);
            out.sql(symbol(op)).value(unescape_wildcards(text));
        }
    }
    void operator()(const std::vector<std::string>& texts) const { append_matches_any(out, field, texts); }
    void operator()(double number) const { compare(number); }
    void operator()(std::int64_t number) const {
        if (field.type() != ColumnType::text) return compare(number);
        const std::vector<std::string> words =
            number != 0 ? std::vector<std::string>{"1", "true"} : std::vector<std::string>{"0", "false"};
        append_is_any(out, words, [&] { field.append_to(out); });
    }
    void operator()(TimePoint time) const { compare(std::int64_t{time.time_since_epoch().count()}); }
    void operator()(const std::vector<double>& numbers) const {
        field.append_to(out);
        out.sql(" IN (").join(numbers.size(), ", ", [&](std::size_t i) { out.value(numbers[i]); }).sql(")");
    }

    void compare(SqlValue value) const {
        field.append_to(out);
        out.sql(symbol(op)).value(std::move(value));
    }
};

inline void append_filter(SqlBuilder& out, const SearchFilter& filter) {
    const FieldExpression field(filter.key);
    out.sql("(");
    std::visit(AppendIncluding{out, field, filter.op}, filter.value);
    out.sql(excludes(filter.op) ? SqlLiteral(") IS NOT TRUE") : SqlLiteral(")"));
}

inline void append_level(SqlBuilder& out, const std::vector<SearchTerm>& terms);

inline void append_term(SqlBuilder& out, const SearchTerm& term) {
    if (const auto* filter = std::get_if<SearchFilter>(&term.item)) append_filter(out, *filter);
    if (const auto* group = std::get_if<SearchGroup>(&term.item)) append_level(out, group->terms);
}

/// Appends the items of one level in parentheses. AND binds tighter than OR, in SQL as in a search.
inline void append_level(SqlBuilder& out, const std::vector<SearchTerm>& terms) {
    std::vector<std::vector<const SearchTerm*>> alternatives(1);
    for (const auto& term : terms) {
        const auto* connective = std::get_if<SearchConnective>(&term.item);
        if (connective == nullptr) {
            alternatives.back().push_back(&term);
        } else if (*connective == SearchConnective::disjunction) {
            alternatives.emplace_back();
        }
    }
    out.sql("(");
    append_chain(out, 0, alternatives.size(), " OR ", [&](std::size_t i) {
        const auto& all = alternatives[i];
        append_chain(out, 0, all.size(), " AND ", [&](std::size_t j) { append_term(out, *all[j]); });
    });
    out.sql(")");
}

inline void append_projects(SqlBuilder& out, const std::vector<ProjectId>& projects) {
    if (projects.empty()) {
        out.sql("1 = 0");
    } else if (projects.size() == 1) {
        out.sql("e.project_id = ").value(projects.front().value);
    } else {
        // The plus keeps the engine on the index that has the order of the rows.
        out.sql("+e.project_id IN (");
        out.join(projects.size(), ", ", [&](std::size_t i) { out.value(projects[i].value); }).sql(")");
    }
}

inline void append_dataset(SqlBuilder& out, std::string_view dataset) {
    if (dataset == "transactions") {
        out.sql(" AND e.type = 'transaction'");
    } else if (dataset == "errors") {
        out.sql(" AND (e.type = 'transaction') IS NOT TRUE");
    } else if (dataset == "issuePlatform") {
        out.sql(" AND e.type = 'generic'");
    }
}

inline void append_environments(SqlBuilder& out, const std::vector<std::string>& environments) {
    if (environments.empty()) return;
    out.sql(" AND ");
    append_is_any(out, environments, [&] { out.sql("e.environment"); });
}

inline std::vector<std::string> as_list(const std::optional<std::string>& environment) {
    return environment ? std::vector<std::string>{*environment} : std::vector<std::string>{};
}

inline SqlStatement newest_event() { return {"SELECT MAX(seq) FROM events", {}}; }

inline SqlCell cell_of(ColumnType type) noexcept {
    switch (type) {
    case ColumnType::integer:
        return SqlCell::integer;
    case ColumnType::real:
        return SqlCell::real;
    case ColumnType::timestamp:
        return SqlCell::timestamp;
    default:
        return SqlCell::text;
    }
}

class EventsQuery final : public KeysetQuery {
public:
    EventsQuery(EventQuery query, const SqlDialect& dialect) : query_(std::move(query)), dialect_(&dialect) {
        for (const auto& field : query_.fields) {
            selected_.emplace_back(field);
            columns_.push_back({field, selected_.back().type()});
            cells_.push_back(cell_of(selected_.back().type()));
        }
        for (const auto& sort : query_.sort) {
            const bool falling = sort.starts_with('-');
            add_key(sort.substr(falling ? 1 : 0), falling);
        }
        add_key("timestamp", false);
        add_key("id", false);
    }

    [[nodiscard]] std::span<const Column> columns() const override { return columns_; }
    [[nodiscard]] std::span<const SqlCell> cells() const override { return cells_; }
    [[nodiscard]] std::span<const KeyPart> key() const override { return key_; }
    [[nodiscard]] std::size_t bound_size() const override { return 1; }
    [[nodiscard]] SqlStatement bound() const override { return newest_event(); }

    [[nodiscard]] SqlStatement rows(const KeysetPosition& position) const override {
        SqlBuilder out(*dialect_);
        out.sql("SELECT ").join(selected_.size(), ", ", [&](std::size_t i) { selected_[i].append_to(out); });
        out.sql(" FROM events e WHERE ");
        append_projects(out, query_.projects);
        out.sql(" AND e.timestamp >= ").value(std::int64_t{query_.start.time_since_epoch().count()});
        out.sql(" AND e.timestamp < ").value(std::int64_t{query_.end.time_since_epoch().count()});
        out.sql(" AND e.seq <= ").value(position.bound.front());
        append_dataset(out, query_.dataset);
        append_environments(out, query_.environments);
        if (!query_.search.empty()) {
            out.sql(" AND ");
            append_level(out, query_.search.terms());
        }
        if (!position.after.empty()) {
            out.sql(" AND ");
            append_after(out, key_, position.after,
                         [&](std::size_t i) { selected_[key_[i].ordinal].append_ordered_to(out); });
        }
        append_order(out, key_);
        return out.take();
    }

private:
    void add_key(const std::string& field, bool falling) {
        const auto has_name = [&](const FieldExpression& expression) { return expression.name() == field; };
        auto selected = std::find_if(selected_.begin(), selected_.end(), has_name);
        if (selected == selected_.end()) selected = selected_.emplace(selected_.end(), field);
        const auto ordinal = static_cast<std::size_t>(selected - selected_.begin());
        const auto is_same = [&](const KeyPart& part) { return part.ordinal == ordinal; };
        if (std::any_of(key_.begin(), key_.end(), is_same)) return;
        key_.push_back({ordinal, falling, selected->nullable(), selected->type()});
    }

    EventQuery query_;
    const SqlDialect* dialect_;
    std::vector<FieldExpression> selected_; ///< The columns, then what only the key needs.
    std::vector<Column> columns_;
    std::vector<SqlCell> cells_;
    std::vector<KeyPart> key_;
};

/// What the reference counts as a tag although it is a field of its own here.
inline void append_tag(SqlBuilder& out, std::string_view key) {
    constexpr std::array<std::string_view, 5> fields{"user", "environment", "release", "level", "transaction"};
    const bool is_field = std::find(fields.begin(), fields.end(), key) != fields.end();
    FieldExpression(is_field ? std::string(key) : "tags[" + std::string(key) + ']').append_to(out);
}

class TagValues final : public KeysetQuery {
public:
    TagValues(TagValuesQuery query, const SqlDialect& dialect) : query_(std::move(query)), dialect_(&dialect) {
        add("value", SqlCell::text);
        if (of_users()) {
            for (const auto* name : {"id", "email", "username", "ip_address"}) {
                add(name, SqlCell::text);
            }
        }
        add("times_seen", SqlCell::integer);
        add("last_seen", SqlCell::timestamp_as_micros);
        add("first_seen", SqlCell::timestamp_as_micros);
        key_ = {{columns_.size() - 1, true, false, ColumnType::timestamp}, {0, false, false, ColumnType::text}};
    }

    [[nodiscard]] std::span<const Column> columns() const override { return columns_; }
    [[nodiscard]] std::span<const SqlCell> cells() const override { return cells_; }
    [[nodiscard]] std::span<const KeyPart> key() const override { return key_; }
    [[nodiscard]] std::size_t bound_size() const override { return 1; }
    [[nodiscard]] SqlStatement bound() const override { return newest_event(); }

    [[nodiscard]] SqlStatement rows(const KeysetPosition& position) const override {
        SqlBuilder out(*dialect_);
        out.sql("SELECT * FROM (SELECT value, ");
        if (of_users()) {
            out.sql("COALESCE(MAX(user_id), '') AS id, COALESCE(MAX(user_email), '') AS email, "
                    "COALESCE(MAX(user_username), '') AS username, COALESCE(MAX(user_ip), '') AS ip_address, ");
        }
        out.sql("COUNT(*) AS times_seen, MAX(timestamp) AS last_seen, MIN(timestamp) AS first_seen FROM (SELECT ");
        append_tag(out, query_.key);
        out.sql(" AS value, e.user_id, e.user_email, e.user_username, e.user_ip, e.timestamp FROM events e");
        out.sql(" WHERE e.issue = ").value(query_.group);
        out.sql(" AND e.project_id = ").value(query_.project.value);
        out.sql(" AND e.seq <= ").value(position.bound.front());
        append_environments(out, as_list(query_.environment));
        out.sql(") AS seen WHERE value IS NOT NULL GROUP BY value) AS grouped");
        if (!position.after.empty()) {
            out.sql(" WHERE ");
            append_after(out, key_, position.after, [&](std::size_t i) {
                i == 0 ? out.sql("first_seen") : out.sql("value").sql(dialect_->byte_order);
            });
        }
        append_order(out, key_);
        return out.take();
    }

private:
    [[nodiscard]] bool of_users() const noexcept { return query_.key == "user"; }
    void add(const char* name, SqlCell cell) {
        columns_.push_back({name, cell == SqlCell::integer ? ColumnType::integer : ColumnType::text});
        cells_.push_back(cell);
    }

    TagValuesQuery query_;
    const SqlDialect* dialect_;
    std::vector<Column> columns_;
    std::vector<SqlCell> cells_;
    std::vector<KeyPart> key_;
};

} // namespace detail::event_compiler

DATAEXPORT_DECL Result<std::unique_ptr<KeysetQuery>> compile_events(const EventQuery& query,
                                                                    const SqlDialect& dialect) {
    const auto checked = check_event_query(query);
    if (!checked) return checked.error();
    return std::unique_ptr<KeysetQuery>(std::make_unique<detail::event_compiler::EventsQuery>(query, dialect));
}

DATAEXPORT_DECL std::unique_ptr<KeysetQuery> compile_tag_values(const TagValuesQuery& query,
                                                                const SqlDialect& dialect) {
    return std::make_unique<detail::event_compiler::TagValues>(query, dialect);
}

DATAEXPORT_DECL SqlStatement compile_has_tag(ProjectId project, std::string_view key,
                                             const std::optional<std::string>& environment, const SqlDialect& dialect) {
    SqlBuilder out(dialect);
    out.sql("SELECT 1 FROM events e WHERE e.project_id = ").value(project.value);
    detail::event_compiler::append_environments(out, detail::event_compiler::as_list(environment));
    out.sql(" AND ");
    detail::event_compiler::append_tag(out, key);
    out.sql(" IS NOT NULL LIMIT 1");
    return out.take();
}

DATAEXPORT_NAMESPACE_END
