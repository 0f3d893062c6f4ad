/// @file
/// A small organization, its people, and an event store that knows one issue and one tag.
#pragma once

#include <dataexport/access/access_context.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/time.hpp>
#include <dataexport/ports/event_columns.hpp>
#include <dataexport/ports/event_store.hpp>
#include <dataexport/request/export_kind.hpp>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace request_fixture {

using namespace dataexport;

inline json::value parsed(std::string_view text) { return parse_json(text).value(); }
inline json::object parsed_object(std::string_view text) { return parsed(text).as_object(); }
inline TimePoint at(std::string_view text) { return parse_iso(text).value(); }

/// Jane may name the projects 11, 12 and 13 of acme, and is a member of 11 and 12. Project 14 is closed to her.
inline AccessContext jane() {
    Organization acme;
    acme.id = OrganizationId{1};
    acme.slug = "acme";
    acme.features = {"organizations:discover-query"};
    acme.projects = {
        {ProjectId{12}, "frontend"}, {ProjectId{11}, "backend"}, {ProjectId{13}, "mobile"}, {ProjectId{14}, "secret"}};
    acme.environments = {"production", "staging"};
    AccessContext access;
    access.user = User{UserId{7}, "jane@example.com", "jane"};
    access.organization = std::move(acme);
    access.scopes = {"event:read"};
    access.accessible = {ProjectId{11}, ProjectId{12}, ProjectId{13}, ProjectId{99}};
    access.member_of = {ProjectId{11}, ProjectId{12}};
    access.login = Login::browser_session;
    return access;
}

inline RequestScope scope_of(const AccessContext& access, TimePoint now = at("2020-05-19T14:00:00.25Z")) {
    return {.access = access,
            .now = now,
            .format = ExportFormat::csv,
            .environment = {},
            .project_ids = {},
            .project_slugs = {},
            .projects = {}};
}

/// Knows issue 5 of project 12, which has the tags of `known_tags` in every environment but `staging`. It can run what
/// any store can.
class OneIssueStore final : public EventStore {
public:
    Result<void> check(const EventQuery& query) override {
        checked = query;
        return complaint ? Result<void>(*complaint) : check_event_query(query);
    }
    Result<std::unique_ptr<RowSource>> events(const EventQuery& query) override {
        opened = query;
        return Error{Errc::unavailable, "no rows here"};
    }
    Result<std::unique_ptr<RowSource>> tag_values(const TagValuesQuery& query) override {
        opened_tag = query;
        return Error{Errc::unavailable, "no rows here"};
    }
    Result<bool> has_group(ProjectId project, std::int64_t group) override {
        if (complaint) return *complaint;
        return project == ProjectId{12} && group == 5;
    }
    Result<bool> has_tag(ProjectId project, std::string_view key,
                         const std::optional<std::string>& environment) override {
        return project == ProjectId{12} && known_tags.contains(key) && environment != "staging";
    }

    std::set<std::string, std::less<>> known_tags{"browser"};
    std::optional<Error> complaint;
    std::optional<EventQuery> checked;
    std::optional<EventQuery> opened;
    std::optional<TagValuesQuery> opened_tag;
};

} // namespace request_fixture
