#include "fuzz/require.hpp"

#include <dataexport/ports/event_columns.hpp>
#include <dataexport/request/column_text.hpp>
#include <dataexport/request/selection.hpp>
#include <dataexport/search/function_table.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

using namespace dataexport;

namespace {

Result<EventQuery> selected(const Selection& selection) {
    EventQuery query;
    query.end = query.start + std::chrono::hours{1};
    if (auto done = select(selection, query); !done) return done.error();
    return query;
}

void check_written_function(std::string_view text, const WrittenFunction& function) {
    require(text.starts_with(function.call) && function.call.ends_with(')'));
    require(function.alias.empty() ? function.call == text : text.ends_with(function.alias));
    const auto again = written_function(function.call);
    require(again && again->call == function.call && again->alias.empty());
    require(!function_heading(function).ends_with('_') || !function.alias.empty());
}

/// The values of a call are as many as its function has, and its type is known.
void check_call(const FunctionCall& call) {
    require(call.function != nullptr && call.arguments.size() == call.function->arguments.size());
    require(call.result != FunctionResult::of_column && call.result != FunctionResult::of_column_or_duration);
    for (const auto name : column_arguments(call)) {
        require(!name.empty());
    }
}

/// Whether `key` sorts by the only column, and falls when it has to.
void check_sort(Selection selection, std::string_view key) {
    for (const bool falling : {false, true}) {
        selection.sort = {(falling ? "-" : "") + std::string(key)};
        const auto query = selected(selection);
        require(query && query->sort == std::vector<EventSort>{{ColumnIndex{0}, falling}});
    }
}

void check_column(std::string_view field, const EventColumn& column) {
    const auto function = written_function(field);
    require(function.has_value() == std::holds_alternative<FunctionCall>(column.value));
    require(column.name == (function ? function_heading(*function) : std::string(field)));
    Selection selection;
    selection.fields = {std::string(field), " " + std::string(field)};
    const auto twice = selected(selection);
    require(twice && twice->columns.size() == 1 && twice->exported == 1 && twice->columns.front() == column);
    if (!field.starts_with('-')) check_sort(selection, column.name);
    if (function) {
        check_call(std::get<FunctionCall>(column.value));
        check_sort(selection, function->call);
    } else {
        require(check_plain_field(field).has_value());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto field = trimmed(text);
    require(trimmed(field) == field && text.find(field) != std::string_view::npos);
    if (const auto function = written_function(field)) check_written_function(field, *function);

    Selection selection;
    selection.fields.emplace_back(text);
    const auto query = selected(selection);
    if (!query) {
        require(condition(query.error()) == Condition::invalid_request && !query.error().detail.empty());
        require(selected(selection).error() == query.error());
        return 0;
    }
    require(query->exported == query->columns.size() && query->columns.size() == (field.empty() ? 0 : 1));
    if (!field.empty()) check_column(field, query->columns.front());
    (void)check_event_query(*query);
    return 0;
}
