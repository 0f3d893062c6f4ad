#pragma once

#include <dataexport/ports/event_fields.hpp>
#include <dataexport/sql/statement.hpp>

#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Values as SQL. An operand knows its type and appends itself.
namespace detail::event_expressions {

/// Where fields are in `events e`. Measurements and tags lack the end, a total lacks the functions.
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
    case EventFieldId::total_duration:
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
    case EventFieldId::total_count:
        return "CAST(SUM(COUNT(*)) OVER () AS BIGINT)";
    case EventFieldId::measurement:
        return "(SELECT value FROM measurements WHERE event = e.seq AND key = ";
    case EventFieldId::tag:
        return "(SELECT value FROM tags WHERE event = e.seq AND key = ";
    }
    return "NULL";
}

/// Operand: a name in a request, over `events e`.
class FieldExpression {
public:
    explicit FieldExpression(std::string_view name) : name_(name) {}

    void append_to(SqlBuilder& out) const {
        const auto field = event_field(name_);
        if (field.id == EventFieldId::total_duration) out.sql(out.dialect().sum_of_sums);
        out.sql(expression(field.id));
        if (field.id == EventFieldId::total_duration) out.sql(")) OVER ()");
        if (field.id == EventFieldId::measurement || field.id == EventFieldId::tag) {
            out.value(std::string(field.name)).sql(")");
        }
    }
    [[nodiscard]] ColumnType type() const noexcept { return event_field(name_).type; }
    /// Free text of a search is a condition on the message.
    [[nodiscard]] bool is_free_text() const noexcept { return name_ == "message"; }

private:
    std::string name_;
};

/// Appends something that compares with other text by bytes, whatever its type.
template <class Operand>
void append_as_text(SqlBuilder& out, const Operand& operand) {
    const bool is_text = operand.type() == ColumnType::text;
    if (!is_text) out.sql("CAST(");
    operand.append_to(out);
    if (!is_text) out.sql(" AS TEXT)");
}

/// Appends something that sorts: text by bytes.
template <class Operand>
void append_ordered(SqlBuilder& out, const Operand& operand) {
    operand.append_to(out);
    if (operand.type() == ColumnType::text) out.sql(out.dialect().byte_order);
}

/// Appends a real number: an instant as seconds since 1970, and null for what is no number.
template <class Operand>
void append_as_real(SqlBuilder& out, const Operand& operand) {
    const auto type = operand.type();
    if (type == ColumnType::real) return operand.append_to(out);
    if (type != ColumnType::integer && type != ColumnType::timestamp) {
        out.sql("CAST(NULL AS DOUBLE PRECISION)");
        return;
    }
    if (type == ColumnType::timestamp) out.sql("(");
    out.sql("CAST(");
    operand.append_to(out);
    out.sql(" AS DOUBLE PRECISION)");
    if (type == ColumnType::timestamp) out.sql(" / 1000000)");
}

} // namespace detail::event_expressions

DATAEXPORT_NAMESPACE_END
