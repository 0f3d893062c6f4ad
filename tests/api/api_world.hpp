#pragma once

#include <dataexport/api/endpoints.hpp>
#include <dataexport/memory/memory_digest.hpp>
#include <dataexport/memory/memory_export_store.hpp>
#include <dataexport/memory/memory_file_store.hpp>
#include <dataexport/memory/recording_telemetry.hpp>
#include <dataexport/memory/sequential_ids.hpp>
#include <dataexport/testing/manual_clock.hpp>

#include <map>
#include <string>
#include <string_view>

namespace api_test {

using namespace dataexport;

inline TimePoint at(std::string_view text) { return parse_iso(text).value(); }

/// A kind that takes every query info as it is; its rows are never read.
inline ExportKind plain_kind() {
    ExportKind kind;
    kind.name = "Discover";
    kind.number = 1;
    kind.feature = "organizations:discover-query";
    kind.validate = [](const RequestScope& scope, json::object info) -> Result<ValidatedQuery> {
        return ValidatedQuery{std::move(info), scope.projects};
    };
    kind.open = [](const ExportedData&) -> Result<std::unique_ptr<RowSource>> {
        return Error{Errc::unsupported, "no rows here"};
    };
    return kind;
}

/// Endpoints over ports in memory, with two organizations and people in them. A request names who sends it in
/// `Authorization: Bearer NAME`.
struct ApiWorld {
    std::map<std::string, Organization, std::less<>> organizations{
        {"acme",
         {{1}, "acme", {"organizations:discover-query"}, {{{11}, "backend"}, {{12}, "frontend"}}, {"production"}}},
        {"umbrella", {{2}, "umbrella", {"organizations:discover-query"}, {{{21}, "labs"}}, {}}},
    };
    struct Member {
        User user;
        std::string organization;
        std::set<std::string, std::less<>> scopes;
        std::vector<ProjectId> projects;
        Login login = Login::browser_session;
    };
    std::map<std::string, Member, std::less<>> members{
        {"jane", {{{7}, "jane@example.com", "jane"}, "acme", {"event:read"}, {{11}}}},
        {"bob", {{{8}, "bob@example.com", "bob"}, "acme", {"event:read"}, {{11}}}},
        {"boss", {{{9}, "boss@example.com", "boss"}, "acme", {"event:admin"}, {{11}, {12}}}},
        {"guest", {{{10}, "guest@example.com", "guest"}, "acme", {}, {}}},
        {"eve", {{{20}, "eve@example.com", "eve"}, "umbrella", {"event:read", "event:admin"}, {{21}}}},
    };

    testing::ManualClock clock{at("2020-05-19T14:00:00")};
    MemoryExportStore store;
    MemoryFileStore memory_files;
    SequentialIds ids;
    MemoryDigest digest;
    RecordingTelemetry telemetry;
    ExportKinds kinds;
    dataexport::ApiOptions options;
    // What is used of the above, or in its place.
    ExportStore* exports = &store;
    FileStore* files = &memory_files;
    IdGenerator* new_ids = &ids;
    Compressors compressors;

    ApiWorld() { kinds.add(plain_kind()); }
    ApiWorld(const ApiWorld&) = delete;
    ApiWorld& operator=(const ApiWorld&) = delete;

    AccessContext authenticate(const Request& request, std::string_view organization) const {
        constexpr std::string_view scheme = "Bearer ";
        AccessContext access;
        const auto header = request.headers.find("Authorization").value_or("");
        const auto member = header.starts_with(scheme) ? members.find(header.substr(scheme.size())) : members.end();
        if (const auto found = organizations.find(organization); found != organizations.end()) {
            access.organization = found->second;
        }
        if (member == members.end()) return access;
        access.user = member->second.user;
        access.login = member->second.login;
        if (member->second.organization == organization) {
            access.scopes = member->second.scopes;
            access.accessible = access.member_of = member->second.projects;
        }
        return access;
    }

    Endpoints endpoints() {
        return Endpoints(
            ApiPorts{*exports, *files, kinds, clock, *new_ids, digest, telemetry, compressors},
            [this](const Request& request, std::string_view organization) {
                return authenticate(request, organization);
            },
            options);
    }

    /// Sends a request as `who`; the path may have a query.
    Response send(std::string_view who, std::string method, std::string_view target, std::string body = {},
                  Headers headers = {}) {
        Request request;
        request.method = std::move(method);
        request.path = target.substr(0, target.find('?'));
        std::string_view query = target.substr(request.path.size());
        while (!query.empty()) {
            query.remove_prefix(1);
            const auto pair = query.substr(0, query.find('&'));
            const auto equals = std::min(pair.find('='), pair.size());
            request.query.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
            query.remove_prefix(pair.size());
        }
        request.headers = std::move(headers);
        request.headers.add("Authorization", "Bearer " + std::string(who));
        request.body = std::move(body);
        return endpoints().handle(request);
    }

    Response get(std::string_view who, std::string_view target, Headers headers = {}) {
        return send(who, "GET", target, {}, std::move(headers));
    }

    /// A queued export of a member in their organization.
    ExportedData queued(std::string_view who, ExportFormat format = ExportFormat::csv,
                        Compression compression = Compression::none) {
        const auto& member = members.find(who)->second;
        ExportedData record;
        record.id = new_ids->next().value();
        record.organization = organizations.at(member.organization).id;
        record.organization_slug = member.organization;
        record.user = member.user;
        record.date_added = clock.now();
        record.query_type = "Discover";
        record.query_info = {{"field", {"id"}}, {"query", ""}};
        record.format = format;
        record.compression = compression;
        record.projects = {member.projects.front()};
        return exports->create_or_get(record, "key of " + std::to_string(record.id.value)).value().record;
    }

    /// A finished export whose file holds `content`. @pre nothing else is queued
    ExportedData finished(std::string_view who, std::string_view content, ExportFormat format = ExportFormat::csv,
                          Compression compression = Compression::none) {
        const auto record = queued(who, format, compression);
        const auto fence = write_part(content);
        publish(record, fence, content);
        return exports->find(record.id).value();
    }

    /// A finished export whose file is in another store, or was put into this one. @pre nothing else is queued
    ExportedData finished_as(std::string_view who, std::uint64_t size) {
        const auto record = queued(who);
        const auto claim = exports->claim(clock.now(), clock.now() + std::chrono::hours(1)).value().value();
        end(record, claim.fence, {record.file_name(), size, std::string(64, 'a')});
        return record;
    }

    /// Claims the only export there is, and writes its part.
    FencingToken write_part(std::string_view content) {
        const auto claim = exports->claim(clock.now(), clock.now() + std::chrono::hours(1)).value().value();
        const PartId part{claim.record.id, claim.fence};
        files->open_part(part, 0).value();
        files->append(part, content).value();
        files->sync(part).value();
        return claim.fence;
    }

    void publish(const ExportedData& record, FencingToken fence, std::string_view content) {
        files->publish({record.id, fence}, content.size()).value();
        end(record, fence, {record.file_name(), content.size(), to_hex(sha256(digest, content))});
    }

    void end(const ExportedData& record, FencingToken fence, const ExportedFile& file) {
        exports->finish(record.id, fence, file, {}, R"({"id":1})", clock.now(), clock.now() + std::chrono::weeks(4))
            .value();
    }
};

inline std::string export_path(const ExportedData& record) {
    return "/api/0/organizations/" + record.organization_slug + "/data-export/" + std::to_string(record.id.value) + '/';
}

/// The value of a header field, or `-` without one.
inline std::string field(const Response& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or("-"));
}

inline const std::string& text(const Response& response) { return std::get<std::string>(response.body); }

inline json::value body_of(const Response& response) { return parse_json(text(response)).value(); }

/// The bytes that a response would send.
inline std::string bytes(const Response& response, FileStore& files) {
    if (const auto* direct = std::get_if<std::string>(&response.body)) return *direct;
    const auto& slice = std::get<FileBody>(response.body);
    std::string out(static_cast<std::size_t>(slice.length), '\0');
    std::size_t filled = 0;
    while (filled < out.size()) {
        const auto got =
            files.read(slice.file, slice.offset + filled, {out.data() + filled, out.size() - filled}).value();
        if (got == 0) break;
        filled += got;
    }
    out.resize(filled);
    return out;
}

} // namespace api_test
