#pragma once

#include <dataexport/sql/event_compiler.hpp>
#include <dataexport/sql/impl/event_conditions.ipp>
#include <dataexport/sql/impl/event_expressions.ipp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Requests over the tags of an issue as SQL.
namespace detail::tag_values {

inline std::vector<std::string> as_list(const std::optional<std::string>& environment) {
    return environment ? std::vector<std::string>{*environment} : std::vector<std::string>{};
}

/// What the reference counts as a tag although it is a field of its own here.
inline void append_tag(SqlBuilder& out, std::string_view key) {
    constexpr std::array<std::string_view, 5> fields{"user", "environment", "release", "level", "transaction"};
    const bool is_field = std::find(fields.begin(), fields.end(), key) != fields.end();
    event_expressions::FieldExpression(is_field ? std::string(key) : "tags[" + std::string(key) + ']').append_to(out);
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
    [[nodiscard]] SqlStatement bound() const override { return event_conditions::newest_event(); }

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
        event_conditions::append_environments(out, as_list(query_.environment));
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

} // namespace detail::tag_values

DATAEXPORT_DECL std::unique_ptr<KeysetQuery> compile_tag_values(const TagValuesQuery& query,
                                                                const SqlDialect& dialect) {
    return std::make_unique<detail::tag_values::TagValues>(query, dialect);
}

DATAEXPORT_DECL SqlStatement compile_has_tag(ProjectId project, std::string_view key,
                                             const std::optional<std::string>& environment, const SqlDialect& dialect) {
    SqlBuilder out(dialect);
    out.sql("SELECT 1 FROM events e WHERE e.project_id = ").value(project.value);
    detail::event_conditions::append_environments(out, detail::tag_values::as_list(environment));
    out.sql(" AND ");
    detail::tag_values::append_tag(out, key);
    out.sql(" IS NOT NULL LIMIT 1");
    return out.take();
}

DATAEXPORT_NAMESPACE_END
