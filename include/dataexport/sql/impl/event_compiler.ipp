#pragma once

#include <dataexport/ports/event_columns.hpp>
#include <dataexport/sql/event_compiler.hpp>
#include <dataexport/sql/impl/event_conditions.ipp>
#include <dataexport/sql/impl/event_equations.ipp>
#include <dataexport/sql/impl/event_expressions.ipp>
#include <dataexport/sql/impl/event_functions.ipp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::event_compiler {

using event_expressions::FieldExpression;

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

/// Appends which events a query is about.
inline void append_events(SqlBuilder& out, const EventQuery& query, const SqlValue& newest) {
    out.sql(" FROM events e WHERE ");
    append_projects(out, query.projects);
    out.sql(" AND e.timestamp >= ").value(std::int64_t{query.start.time_since_epoch().count()});
    out.sql(" AND e.timestamp < ").value(std::int64_t{query.end.time_since_epoch().count()});
    out.sql(" AND e.seq <= ").value(newest);
    append_dataset(out, query.dataset);
    event_conditions::append_environments(out, query.environments);
    if (query.where.empty()) return;
    out.sql(" AND ");
    event_conditions::append_level(out, query.where, [](const std::string& key) { return FieldExpression(key); });
}

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

/// Operand: a column of a query, worked out of `events e`.
class EventValue {
public:
    EventValue(const EventQuery& query, std::size_t index) : query_(query), column_(query.columns[index]) {}

    [[nodiscard]] ColumnType type() const { return type_of(column_, query_); }
    void append_to(SqlBuilder& out) const {
        if (const auto* field = std::get_if<PlainField>(&column_.value)) {
            FieldExpression(field->name).append_to(out);
        } else if (const auto* call = std::get_if<FunctionCall>(&column_.value)) {
            event_functions::append_function(out, *call);
        } else {
            event_equations::append_equation(out, std::get<Equation>(column_.value), type() == ColumnType::integer,
                                             [&](std::size_t operand) { return EventValue(query_, operand); });
        }
    }

private:
    const EventQuery& query_;
    const EventColumn& column_;
};

/// Operand: a column of a query, worked out of `grouped`, which has all columns but equations.
class GroupValue {
public:
    GroupValue(const EventQuery& query, std::size_t index) : query_(query), index_(index) {}

    [[nodiscard]] ColumnType type() const { return type_of(query_.columns[index_], query_); }
    void append_to(SqlBuilder& out) const {
        const auto* equation = std::get_if<Equation>(&query_.columns[index_].value);
        if (equation == nullptr) {
            out.sql("c").ordinal(index_);
            return;
        }
        event_equations::append_equation(out, *equation, type() == ColumnType::integer,
                                         [&](std::size_t operand) { return GroupValue(query_, operand); });
    }
    [[nodiscard]] static bool is_free_text() noexcept { return false; }

private:
    const EventQuery& query_;
    std::size_t index_;
};

/// What is read from each row: the exported columns, then those that only the key needs.
class Selected {
public:
    explicit Selected(const EventQuery& query) {
        for (std::size_t i = 0; i < query.exported; ++i) {
            const auto type = type_of(query.columns[i], query);
            columns_.push_back({query.columns[i].name, type});
            cells_.push_back(cell_of(type));
            indexes_.push_back(i);
        }
        for (const auto& sort : query.sort) {
            add_key(query, sort.column.value, sort.falling);
        }
    }

    /// Orders by a column, too, unless it is part of the key.
    void add_key(const EventQuery& query, std::size_t index, bool falling = false) {
        auto place = std::find(indexes_.begin(), indexes_.end(), index);
        if (place == indexes_.end()) place = indexes_.insert(place, index);
        const auto ordinal = static_cast<std::size_t>(place - indexes_.begin());
        for (const auto& part : key_) {
            if (part.ordinal == ordinal) return;
        }
        const auto& column = query.columns[index];
        key_.push_back({ordinal, falling, is_nullable(column), type_of(column, query)});
    }

    [[nodiscard]] std::span<const Column> columns() const noexcept { return columns_; }
    [[nodiscard]] std::span<const SqlCell> cells() const noexcept { return cells_; }
    [[nodiscard]] std::span<const KeyPart> key() const noexcept { return key_; }

    /// Appends the values that are read. `Value` is the operand of a column.
    template <class Value>
    void append_values(SqlBuilder& out, const EventQuery& query) const {
        out.sql("SELECT ").join(indexes_.size(), ", ",
                                [&](std::size_t i) { Value(query, indexes_[i]).append_to(out); });
    }
    /// Appends that a row comes after `last`, if there is one, and the order. The text before it is a condition.
    template <class Value>
    void append_rest(SqlBuilder& out, const EventQuery& query, const std::vector<SqlValue>& last) const {
        if (!last.empty()) {
            out.sql(" AND ");
            append_after(out, key_, last, [&](std::size_t i) {
                event_expressions::append_ordered(out, Value(query, indexes_[key_[i].ordinal]));
            });
        }
        append_order(out, key_);
    }

private:
    std::vector<Column> columns_;
    std::vector<SqlCell> cells_;
    std::vector<KeyPart> key_;
    std::vector<std::size_t> indexes_; ///< Of each value that is read: which column of the query it is.
};

/// The index of a column that holds this field; it is added, hidden, if there is none.
inline std::size_t field_column(EventQuery& query, std::string_view name) {
    const auto wanted = event_field(name).id;
    for (std::size_t i = 0; i < query.columns.size(); ++i) {
        const auto* field = std::get_if<PlainField>(&query.columns[i].value);
        if (field != nullptr && event_field(field->name).id == wanted) return i;
    }
    query.columns.push_back({std::string(name), PlainField{std::string(name)}});
    return query.columns.size() - 1;
}

/// One row for each event.
class EventRows final : public KeysetQuery {
public:
    EventRows(EventQuery query, const SqlDialect& dialect)
        : query_(std::move(query)), dialect_(&dialect), selected_(query_) {
        selected_.add_key(query_, field_column(query_, "timestamp"));
        selected_.add_key(query_, field_column(query_, "id"));
    }

    [[nodiscard]] std::span<const Column> columns() const override { return selected_.columns(); }
    [[nodiscard]] std::span<const SqlCell> cells() const override { return selected_.cells(); }
    [[nodiscard]] std::span<const KeyPart> key() const override { return selected_.key(); }
    [[nodiscard]] std::size_t bound_size() const override { return 1; }
    [[nodiscard]] SqlStatement bound() const override { return event_conditions::newest_event(); }

    [[nodiscard]] SqlStatement rows(const KeysetPosition& position) const override {
        SqlBuilder out(*dialect_);
        selected_.append_values<EventValue>(out, query_);
        append_events(out, query_, position.bound.front());
        selected_.append_rest<EventValue>(out, query_, position.after);
        return out.take();
    }

private:
    EventQuery query_;
    const SqlDialect* dialect_;
    Selected selected_;
};

/// One row for each group of events.
class GroupRows final : public KeysetQuery {
public:
    GroupRows(EventQuery query, const SqlDialect& dialect)
        : query_(std::move(query)), dialect_(&dialect), selected_(query_) {
        for (std::size_t i = 0; i < query_.columns.size(); ++i) {
            const auto& column = query_.columns[i];
            if (!std::holds_alternative<Equation>(column.value)) grouped_.push_back(i);
            if (is_group_key(column)) {
                group_keys_.push_back(i);
                selected_.add_key(query_, i);
            }
        }
        if (selected_.key().empty()) selected_.add_key(query_, 0); // There is only one row.
    }

    [[nodiscard]] std::span<const Column> columns() const override { return selected_.columns(); }
    [[nodiscard]] std::span<const SqlCell> cells() const override { return selected_.cells(); }
    [[nodiscard]] std::span<const KeyPart> key() const override { return selected_.key(); }
    [[nodiscard]] std::size_t bound_size() const override { return 1; }
    [[nodiscard]] SqlStatement bound() const override { return event_conditions::newest_event(); }

    [[nodiscard]] SqlStatement rows(const KeysetPosition& position) const override {
        SqlBuilder out(*dialect_);
        selected_.append_values<GroupValue>(out, query_);
        out.sql(" FROM (SELECT ").join(grouped_.size(), ", ", [&](std::size_t i) {
            EventValue(query_, grouped_[i]).append_to(out);
            out.sql(" AS ");
            append_name(out, grouped_[i]);
        });
        append_events(out, query_, position.bound.front());
        if (!group_keys_.empty()) {
            out.sql(" GROUP BY ");
            out.join(group_keys_.size(), ", ", [&](std::size_t i) { append_name(out, group_keys_[i]); });
        }
        out.sql(") AS grouped WHERE ");
        append_having(out);
        selected_.append_rest<GroupValue>(out, query_, position.after);
        return out.take();
    }

private:
    void append_name(SqlBuilder& out, std::size_t index) const { GroupValue(query_, index).append_to(out); }

    void append_having(SqlBuilder& out) const {
        if (query_.having.empty()) {
            out.sql("1 = 1");
            return;
        }
        event_conditions::append_level(out, query_.having, [&](const std::string& key) {
            const auto* column = find_column(query_, key);
            return GroupValue(query_, static_cast<std::size_t>(column - query_.columns.data()));
        });
    }

    EventQuery query_;
    const SqlDialect* dialect_;
    Selected selected_;
    std::vector<std::size_t> grouped_;    ///< The columns that the subquery has.
    std::vector<std::size_t> group_keys_; ///< Those among them that make the groups.
};

} // namespace detail::event_compiler

DATAEXPORT_DECL Result<std::unique_ptr<KeysetQuery>> compile_events(const EventQuery& query,
                                                                    const SqlDialect& dialect) {
    const auto checked = check_event_query(query);
    if (!checked) return checked.error();
    if (is_grouped(query)) {
        return std::unique_ptr<KeysetQuery>(std::make_unique<detail::event_compiler::GroupRows>(query, dialect));
    }
    return std::unique_ptr<KeysetQuery>(std::make_unique<detail::event_compiler::EventRows>(query, dialect));
}

DATAEXPORT_NAMESPACE_END
