#pragma once

#include <dataexport/core/time.hpp>
#include <dataexport/search/function_table.hpp>
#include <dataexport/search/impl/duration_measurements.ipp>

#include <array>
#include <charconv>
#include <limits>

DATAEXPORT_NAMESPACE_BEGIN

/// The arguments of function calls: taking them apart, and what each kind accepts.
namespace detail::function_arguments {

/// Why an argument is refused; none if it is not.
using Refusal = std::optional<std::string>;

inline bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

template <class Predicate>
bool consists_of(std::string_view text, Predicate accepts) noexcept {
    for (const char c : text) {
        if (!accepts(c)) return false;
    }
    return true;
}

inline std::string_view trimmed_spaces(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t\n\r\v\f");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\n\r\v\f") - first + 1);
}

/// Splits at commas and trims; empty arguments do not count.
inline std::vector<std::string> split(std::string_view text, bool commas_in_quotes) {
    std::vector<std::string> arguments;
    std::size_t begin = 0;
    bool quoted = false;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size()) {
            if (commas_in_quotes && text[i] == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
            if (text[i] != ',' || quoted) continue;
        }
        const auto argument = trimmed_spaces(text.substr(begin, i - begin));
        if (!argument.empty()) arguments.emplace_back(argument);
        begin = i + 1;
    }
    return arguments;
}

/// As C's `%.{precision}g`.
inline std::string general_text(double value, int precision) {
    std::array<char, 40> buffer;
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, precision).ptr;
    return std::string(buffer.data(), end);
}

/// What a column holds that functions of numbers can take.
inline std::optional<FunctionResult> numeric_type(std::string_view column) noexcept {
    constexpr std::string_view prefixes[] = {"measurements.", "spans."};
    if (column == "transaction.duration") return FunctionResult::duration;
    if (column == "timestamp" || column == "time") return FunctionResult::date;
    for (const auto prefix : prefixes) {
        if (!column.starts_with(prefix) || column.size() == prefix.size()) continue;
        const auto name = column.substr(prefix.size());
        const bool is_name =
            consists_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; });
        if (!is_name) return std::nullopt;
        const bool is_duration = prefix == "spans." || duration_measurements::contains(name);
        return is_duration ? FunctionResult::duration : FunctionResult::number;
    }
    return std::nullopt;
}

/// Columns of an event that are no numbers to functions.
inline bool is_plain_column(std::string_view column) noexcept {
    constexpr std::string_view columns[] = {"id",
                                            "issue.id",
                                            "project.id",
                                            "culprit",
                                            "location",
                                            "message",
                                            "platform",
                                            "platform.name",
                                            "environment",
                                            "release",
                                            "dist",
                                            "title",
                                            "event.type",
                                            "tags.key",
                                            "tags.value",
                                            "tags_key",
                                            "tags_value",
                                            "transaction",
                                            "user",
                                            "user.id",
                                            "user.email",
                                            "user.username",
                                            "user.ip",
                                            "user.display",
                                            "sdk.name",
                                            "sdk.version",
                                            "http.method",
                                            "http.referer",
                                            "http.url",
                                            "os.build",
                                            "os.kernel_version",
                                            "device.arch",
                                            "device.battery_level",
                                            "device.brand",
                                            "device.charging",
                                            "device.locale",
                                            "device.model_id",
                                            "device.name",
                                            "device.online",
                                            "device.orientation",
                                            "device.simulator",
                                            "device.uuid",
                                            "geo.country_code",
                                            "geo.region",
                                            "geo.city",
                                            "error.type",
                                            "error.value",
                                            "error.mechanism",
                                            "error.handled",
                                            "error.main_thread",
                                            "error.received",
                                            "stack.abs_path",
                                            "stack.filename",
                                            "stack.package",
                                            "stack.module",
                                            "stack.function",
                                            "stack.in_app",
                                            "stack.colno",
                                            "stack.lineno",
                                            "stack.stack_level",
                                            "transaction.op",
                                            "transaction.status",
                                            "transaction.source",
                                            "measurements_key",
                                            "measurements_value",
                                            "span_op_breakdowns_key",
                                            "span_op_breakdowns_value",
                                            "spans_op",
                                            "spans_group",
                                            "spans_exclusive_time",
                                            "trace",
                                            "trace.span",
                                            "trace.parent_span",
                                            "trace.client_sample_rate",
                                            "reprocessing.original_issue_id",
                                            "profile.id",
                                            "replayId",
                                            "symbolicated_in_app"};
    return name_list::contains(columns, column);
}

inline FunctionResult type_of_column(std::string_view column) noexcept {
    return numeric_type(column).value_or(is_plain_column(column) ? FunctionResult::string : FunctionResult::none);
}

inline Refusal check_numeric(std::string_view column, bool arrays) {
    if (numeric_type(column)) return std::nullopt;
    const bool is_array =
        column == "measurements_value" || column == "span_op_breakdowns_value" || column == "spans_exclusive_time";
    if (arrays && is_array) return std::nullopt;
    return std::string(column) + (is_plain_column(column) ? " is not a numeric column" : " is not a valid column");
}

inline Refusal check_tag(std::string_view text) {
    const bool is_tag = text.starts_with("tags[") && text.ends_with(']');
    const bool is_name = consists_of(
        text, [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == ':' || c == '-'; });
    if (is_tag || is_name) return std::nullopt;
    return std::string(text) + " is not a valid column";
}

inline Refusal check_column(const FunctionArgument& argument, std::string_view column) {
    if (!numeric_type(column) && !is_plain_column(column)) return std::string(column) + " is not a valid column";
    const auto& allowed = argument.allowed;
    if (allowed.empty() || name_list::contains(allowed, column)) return std::nullopt;
    return std::string(column) + " is not an allowed column";
}

/// A finite number as text, with or without a sign.
inline std::optional<double> read_number(std::string_view text) noexcept {
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = read.ec == std::errc{} && read.ptr == text.data() + text.size();
    constexpr double largest = std::numeric_limits<double>::max();
    if (!is_number || !(value >= -largest && value <= largest)) return std::nullopt;
    return value;
}

inline Refusal check_number(const FunctionArgument& argument, std::string_view text) {
    const auto value = read_number(text);
    if (!value) return std::string(text) + " is not a number";
    if (argument.min && *value < *argument.min) {
        return general_text(*value, 6) + " must be greater than or equal to " + general_text(*argument.min, 6);
    }
    if (argument.max && *value > *argument.max) {
        // The reference's words; the bound itself is fine here.
        return general_text(*value, 6) + " must be less than " + general_text(*argument.max, 6);
    }
    return std::nullopt;
}

inline Refusal check_condition(std::string_view text) {
    constexpr std::string_view conditions[] = {"equals",          "notEquals", "lessOrEquals",
                                               "greaterOrEquals", "less",      "greater"};
    if (name_list::contains(conditions, text)) return std::nullopt;
    return std::string(text) + " is not a valid condition, the only supported conditions are: "
                               "equals,notEquals,lessOrEquals,greaterOrEquals,less,greater";
}

inline Refusal check_allowed_text(const FunctionArgument& argument, std::string_view text) {
    const auto& allowed = argument.allowed;
    if (allowed.empty() || name_list::contains(allowed, text)) return std::nullopt;
    std::string reason = "string must be one of [";
    const char* separator = "";
    for (const auto word : allowed) {
        ((reason += separator) += '\'') += word;
        reason += '\'';
        separator = ", ";
    }
    return reason + ']';
}

/// Takes the quotes off, and the backslashes before quotes inside.
inline Refusal unquote(std::string& text, bool must_be_quoted) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
        if (must_be_quoted) return "string should be quoted";
        return std::nullopt;
    }
    std::string plain;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\' && text[i + 1] == '"' && i + 2 < text.size()) ++i;
        plain += text[i];
    }
    text = std::move(plain);
    return std::nullopt;
}

inline Refusal check_date(std::string_view text) {
    constexpr std::size_t form_size = std::string_view("2020-03-14T15:14:15").size();
    if (text.size() == form_size && text.back() != 'Z' && parse_iso(text).has_value()) return std::nullopt;
    return std::string(text) + " is in the wrong format, expected a date like 2020-03-14T15:14:15";
}

inline Refusal check_alias(std::string_view text) {
    const bool is_word = consists_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
    if (is_word && !text.empty() && !is_digit(text.front())) return std::nullopt;
    return std::string(text) + " is not a valid function alias";
}

/// Checks an argument and brings it into the form in which it is used.
inline Refusal normalise(const FunctionArgument& argument, std::string& text) {
    switch (argument.kind) {
    case ArgumentKind::ignored:
    case ArgumentKind::any_column:
        return std::nullopt;
    case ArgumentKind::numeric_column:
        return check_numeric(text, false);
    case ArgumentKind::numeric_or_array:
        return check_numeric(text, true);
    case ArgumentKind::column_or_tag:
        return check_tag(text);
    case ArgumentKind::column:
        return check_column(argument, text);
    case ArgumentKind::number:
    case ArgumentKind::interval:
        return check_number(argument, text);
    case ArgumentKind::condition:
        return check_condition(text);
    case ArgumentKind::text:
        return check_allowed_text(argument, text);
    case ArgumentKind::quoted_text:
        return unquote(text, true);
    case ArgumentKind::maybe_quoted_text:
        return unquote(text, false);
    case ArgumentKind::date:
        return check_date(text);
    case ArgumentKind::alias:
        return check_alias(text);
    }
    return std::nullopt;
}

} // namespace detail::function_arguments

DATAEXPORT_NAMESPACE_END
