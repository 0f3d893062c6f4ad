/// @file
/// Records of exports that have ended, for tests of the messages about them.
#pragma once

#include <dataexport/core/exported_data.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace dataexport {

inline TimePoint at(std::string_view text) { return parse_iso(text).value(); }

inline ExportedData finished() {
    ExportedData record;
    record.id = ExportId{27};
    record.organization_slug = "acme";
    record.user = User{UserId{7}, "jane@example.com", "jane"};
    record.date_added = at("2020-07-21T09:05:00Z");
    record.date_finished = at("2020-07-21T12:21:00Z");
    record.date_expired = at("2020-08-18T12:21:00Z");
    record.query_type = "Issues-by-Tag";
    record.query_info = {{"env", "test"}};
    record.state = ExportState::finished;
    record.file = ExportedFile{"Issues-by-Tag_2020-July-21_27.csv", 10, std::string(64, 'a')};
    return record;
}

inline ExportedData failed(std::string detail = "failed to export data!") {
    auto record = finished();
    record.state = ExportState::failed;
    record.file.reset();
    record.date_expired.reset();
    record.error = Error{Errc::query_failed, std::move(detail)};
    return record;
}

} // namespace dataexport
