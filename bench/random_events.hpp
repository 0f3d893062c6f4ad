/// @file
/// Events that look like those of a real program, and are the same every time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

/// The cells of a row of the table of events.
struct EventRow {
    std::int64_t id = 0;
    std::string event_id;
    std::int64_t project_id = 0;
    std::string timestamp;
    std::string_view level;
    std::string title;
    std::string transaction_name;
    std::optional<std::string> user_email;
    std::optional<double> duration;
    std::int64_t count = 0;
    std::optional<std::string> release;
    std::optional<std::string_view> environment;
};

/// Makes the event of an id, which depends on nothing else. Of the titles, 30 to 120 characters long, 10% have a comma
/// or quotes, 2% a line break and 5% characters beyond ASCII.
/// @param row is overwritten; what it has allocated is used again.
void make_event(std::int64_t id, EventRow& row);

} // namespace bench
