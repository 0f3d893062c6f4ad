#pragma once

#include <dataexport/access/permission_evaluator.hpp>
#include <dataexport/access/project_selection.hpp>
#include <dataexport/request/export_query_serializer.hpp>
#include <dataexport/request/python_value.hpp>

#include <algorithm>
#include <cassert>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::export_query_serializer {

/// The fields of a body once each of them is right by itself (reference, 3.1).
struct Fields {
    const ExportKind* kind = nullptr;
    json::object query_info;
    ExportFormat format = ExportFormat::csv;
    Compression compression = Compression::none;
    std::optional<std::uint64_t> limit;
    json::object dialect;
};

/// Reads every field of a body and collects what is wrong with each.
class FieldReader {
public:
    explicit FieldReader(const json::object& body) : body_(&body) {}

    const ExportKind* query_type(const ExportKinds& kinds) {
        const auto* value = required("query_type");
        if (value == nullptr) return nullptr;
        const auto* kind = value->is_string() ? kinds.find(value->get_string()) : nullptr;
        if (kind == nullptr) fail_choice("query_type", *value);
        return kind;
    }

    json::object query_info() {
        const auto* value = required("query_info");
        return value == nullptr ? json::object() : object("query_info", *value);
    }

    std::optional<ExportFormat> format() {
        if (!body_->contains("format")) return ExportFormat::csv;
        const auto* value = required("format");
        if (value == nullptr) return std::nullopt;
        const auto format = value->is_string() ? export_format_from_string(value->get_string()) : std::nullopt;
        if (!format) fail_choice("format", *value);
        return format;
    }

    Compression compression(const Compressors& compressors) {
        const auto* value = body_->if_contains("compression");
        if (value == nullptr || value->is_null()) return Compression::none;
        const auto asked = value->is_string() ? compression_from_string(value->get_string()) : std::nullopt;
        if (!asked) {
            fail_choice("compression", *value);
        } else if (*asked != Compression::none && compressors.find(*asked) == nullptr) {
            fail("compression", "Compression with " + std::string(to_string(*asked)) + " is not available here.");
        }
        return asked.value_or(Compression::none);
    }

    std::optional<std::uint64_t> limit() {
        const auto* value = body_->if_contains("limit");
        if (value == nullptr || value->is_null()) return std::nullopt;
        const auto limit = python::integer(value->is_string() ? without_zero_fraction(value->get_string()) : *value);
        if (!limit) {
            fail("limit", "A valid integer is required.");
        } else if (*limit < 1) {
            fail("limit", "Ensure this value is greater than or equal to 1.");
        } else {
            return static_cast<std::uint64_t>(*limit);
        }
        return std::nullopt;
    }

    json::object dialect(ExportFormat format, const ExportKind* kind,
                         const ExportQuerySerializer::CheckDialect& check) {
        const auto* value = body_->if_contains("dialect");
        const bool absent = value == nullptr || value->is_null();
        json::object asked = absent ? json::object() : object("dialect", *value);
        if (kind != nullptr) {
            const auto& defaults = format == ExportFormat::csv ? kind->csv_dialect : kind->jsonl_dialect;
            asked.insert(defaults.begin(), defaults.end()); // keeps the members that are there
        }
        auto checked = check(format, asked);
        if (checked) return *std::move(checked);
        fail("dialect", checked.error().detail);
        return {};
    }

    json::object take_errors() { return std::move(errors_); }

private:
    const json::value* required(std::string_view name) {
        const auto* value = body_->if_contains(name);
        if (value == nullptr) {
            fail(name, "This field is required.");
        } else if (value->is_null()) {
            fail(name, "This field may not be null.");
        } else {
            return value;
        }
        return nullptr;
    }

    json::object object(std::string_view name, const json::value& value) {
        if (value.is_object()) return value.get_object();
        fail(name, "Expected a dictionary of items but got type \"" + std::string(python::type_name(value)) + "\".");
        return {};
    }

    static json::value without_zero_fraction(std::string_view text) {
        const auto end = text.find_last_not_of(" \t\n\r\v\f");
        const auto dot = text.find('.');
        if (dot != std::string_view::npos && text.find_first_not_of('0', dot + 1) > end) text = text.substr(0, dot);
        return json::value(text);
    }

    void fail_choice(std::string_view name, const json::value& value) {
        fail(name, '"' + python::str(value) + "\" is not a valid choice.");
    }

    void fail(std::string_view name, std::string_view text) { errors_.emplace(name, json::array{json::value(text)}); }

    const json::object* body_;
    json::object errors_;
};

inline Validated<Fields> read_fields(const json::value& body, const ExportKinds& kinds,
                                     const ExportQuerySerializer::CheckDialect& check_dialect,
                                     const Compressors& compressors) {
    if (!body.is_object()) {
        return Rejection{Errc::invalid_request, non_field_errors("Invalid data. Expected a dictionary, but got " +
                                                                 std::string(python::type_name(body)) + ".")};
    }
    FieldReader reader(body.get_object());
    Fields fields;
    fields.kind = reader.query_type(kinds);
    fields.query_info = reader.query_info();
    const auto format = reader.format();
    fields.compression = reader.compression(compressors);
    fields.limit = reader.limit();
    if (format) {
        fields.format = *format;
        fields.dialect = reader.dialect(*format, fields.kind, check_dialect);
    }
    auto errors = reader.take_errors();
    if (!errors.empty()) return Rejection{Errc::invalid_request, std::move(errors)};
    return fields;
}

/// Whether the kind that a body names is withheld from the organization. A name that nobody knows is treated as one
/// that is withheld, so that the answer does not tell the two apart.
inline bool is_withheld(const json::value& body, const ExportKinds& kinds, const Organization& organization) {
    const auto* name = body.is_object() ? body.get_object().if_contains("query_type") : nullptr;
    const auto* kind = name != nullptr && name->is_string() ? kinds.find(name->get_string()) : nullptr;
    if (kind != nullptr) return !has_feature(organization, kind->feature);
    return std::any_of(kinds.all().begin(), kinds.all().end(),
                       [&](const ExportKind& each) { return !has_feature(organization, each.feature); });
}

inline Rejection rejection(const Error& error) {
    if (condition(error) == Condition::invalid_request) return {error.code, non_field_errors(error.detail)};
    return {error.code, detail_body(error.detail)};
}

inline std::vector<std::string> values_of(ExportQuerySerializer::UrlParameters parameters, std::string_view name) {
    std::vector<std::string> values;
    for (const auto& [key, value] : parameters) {
        if (key == name) values.push_back(value);
    }
    return values;
}

/// Resolves the projects that a query info names and writes their ids back to it (reference, 3.2 A).
inline Result<std::vector<ProjectId>> resolve_named_projects(const AccessContext& access, json::object& query_info) {
    auto* named = query_info.if_contains("project");
    if (named == nullptr || !python::truthy(*named)) return std::vector<ProjectId>();
    const json::array asked = named->is_array() ? named->get_array() : json::array{*named};
    std::vector<std::int64_t> ids;
    for (const auto& value : asked) {
        const auto id = python::integer(value);
        if (!id) return Error{Errc::invalid_project, "Invalid project parameter. Values must be numbers."};
        ids.push_back(*id);
    }
    auto projects = select_projects(access, ids);
    if (projects) *named = ids_as_json(*projects);
    return projects;
}

/// The limit after the caps of policy (reference, 2.2).
inline std::optional<std::uint64_t> capped(std::optional<std::uint64_t> asked, Login login, const RequestLimits& limits,
                                           std::vector<Warning>& warnings) {
    const bool by_token = login == Login::api_token;
    const auto cap = by_token ? std::min(limits.api_max_rows, limits.max_rows) : limits.max_rows;
    if (!asked) return by_token ? std::optional(cap) : std::nullopt;
    if (*asked <= cap) return asked;
    add_warning(warnings, "limit_reduced",
                "The limit of " + std::to_string(*asked) + " rows was reduced to " + std::to_string(cap) + '.');
    return cap;
}

} // namespace detail::export_query_serializer

DATAEXPORT_DECL json::object non_field_errors(std::string_view text) {
    return {{"non_field_errors", json::array{json::value(text)}}};
}

DATAEXPORT_DECL json::object detail_body(std::string_view text) { return {{"detail", text}}; }

DATAEXPORT_DECL ExportQuerySerializer::ExportQuerySerializer(const ExportKinds& kinds, RequestLimits limits,
                                                             CheckDialect check_dialect, Compressors compressors)
    : kinds_(&kinds), limits_(limits), check_dialect_(std::move(check_dialect)), compressors_(std::move(compressors)) {
    assert(check_dialect_);
}

DATAEXPORT_DECL Validated<json::value> ExportQuerySerializer::parse(std::string_view body) const {
    if (body.size() > limits_.max_body_bytes) {
        return Rejection{Errc::too_large, detail_body("The request body is larger than " +
                                                      std::to_string(limits_.max_body_bytes) + " bytes.")};
    }
    auto parsed = parse_json(body, limits_.max_body_depth);
    if (!parsed) return Rejection{parsed.error().code, detail_body(parsed.error().detail)};
    return *std::move(parsed);
}

DATAEXPORT_DECL Validated<ValidatedExport> ExportQuerySerializer::validate(const json::value& body,
                                                                           UrlParameters parameters,
                                                                           const AccessContext& access,
                                                                           TimePoint now) const {
    using namespace detail::export_query_serializer;
    assert(access.user && access.organization);
    if (is_withheld(body, *kinds_, *access.organization)) return Rejection{Errc::feature_disabled, {}};

    const auto environments = values_of(parameters, "environment");
    const auto& known = access.organization->environments;
    if (!environments.empty() && std::find(known.begin(), known.end(), environments.front()) == known.end()) {
        return Rejection{Errc::invalid_environment, detail_body("Requested environment does not exist")};
    }

    auto fields = read_fields(body, *kinds_, check_dialect_, compressors_);
    if (!fields) return fields.error();

    auto named = resolve_named_projects(access, fields->query_info);
    if (!named) return rejection(named.error());

    const RequestScope scope{
        .access = access,
        .now = now,
        .format = fields->format,
        .environment = environments.empty() ? std::nullopt : std::optional(environments.front()),
        .project_ids = values_of(parameters, "project"),
        .project_slugs = values_of(parameters, "projectSlug"),
        .projects = *std::move(named),
    };
    auto query = fields->kind->validate(scope, std::move(fields->query_info));
    if (!query) return rejection(query.error());

    ValidatedExport result;
    result.kind = fields->kind;
    result.query_info = std::move(query->info);
    result.projects = std::move(query->projects);
    result.format = fields->format;
    result.compression = fields->compression;
    result.dialect = std::move(fields->dialect);
    result.limit = capped(fields->limit, access.login, limits_, result.warnings);
    result.environment = scope.environment;
    return result;
}

DATAEXPORT_NAMESPACE_END
