/// @file
/// Lines for people and for programs, whatever is in the texts that they show.
#pragma once

#include <dataexport/core/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace exportctl {

/// Text as a terminal may get it: whatever moves its cursor, changes its colours or turns the direction of writing, and
/// what is not UTF-8, becomes `?`.
[[nodiscard]] std::string printable(std::string_view text);

/// One line of JSON in which all such characters are escaped.
[[nodiscard]] std::string json_line(const dataexport::json::value& value);

/// Prints a line for people on standard output.
void print(std::string_view line);
/// Prints one JSON object a line on standard output.
void print_json(const dataexport::json::value& value);
/// Prints a line for people on standard error.
void note(std::string_view line);
/// Prints `exportctl: problem` on standard error.
void complain(std::string_view problem);

/// `470.0 MB`
[[nodiscard]] std::string size_text(std::uint64_t bytes);

} // namespace exportctl
