#include "event_table.hpp"

namespace bench {

using namespace dataexport;

namespace {

/// What `text` makes of each column, with commas between.
template <class Text>
std::string for_each_column(Text text) {
    std::string list;
    for (const EventColumn& column : event_columns) {
        if (!list.empty()) list += ", ";
        list += text(column);
    }
    return list;
}

std::string quoted_name(const EventColumn& column) { return '"' + std::string(column.name) + '"'; }

} // namespace

std::string create_event_table() {
    const auto columns =
        for_each_column([](const EventColumn& column) { return quoted_name(column) + ' ' + column.declared; });
    return std::string("CREATE TABLE ") + event_table_name + " (" + columns + ')';
}

std::string select_events() {
    return "SELECT " + for_each_column(quoted_name) + " FROM " + event_table_name + " ORDER BY id";
}

TableDescription event_table() {
    TableDescription table;
    table.name = "Events";
    table.table = event_table_name;
    table.key = {"id"};
    for (const EventColumn& column : event_columns) {
        table.columns.push_back({.name = column.name, .type = column.type});
    }
    return table;
}

} // namespace bench
