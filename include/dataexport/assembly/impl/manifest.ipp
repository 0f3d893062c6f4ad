#pragma once

#include <dataexport/assembly/manifest.hpp>
#include <dataexport/core/exported_data_json.hpp>
#include <dataexport/core/time.hpp>

#include <algorithm>
#include <cassert>
#include <initializer_list>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::manifest {

inline constexpr std::string_view checksum_algorithm = "sha256";
inline constexpr std::string_view consistency = "keyset";

/// Walks through a manifest and remembers the first thing that is wrong, with the way to it. What it gives for that is
/// empty.
class Reader {
public:
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

    /// The members of an object that has these and no others. @param where its JSON pointer
    const json::object& object(const json::value& value, const std::string& where,
                               std::initializer_list<std::string_view> names) {
        const auto& members = object(value, where);
        for (const auto& member : members) {
            if (std::find(names.begin(), names.end(), member.key()) == names.end()) {
                wrong(where + '/' + std::string(member.key()), "is not known here");
            }
        }
        for (const auto name : names) {
            if (!members.contains(name)) wrong(where + '/' + std::string(name), "is missing");
        }
        return members;
    }

    /// An object whose members are free.
    const json::object& object(const json::value& value, const std::string& where) {
        static const json::object none;
        if (const auto* object = value.if_object()) return *object;
        wrong(where, "must be an object");
        return none;
    }

    const json::array& array(const json::value& value, const std::string& where) {
        static const json::array none;
        if (const auto* array = value.if_array()) return *array;
        wrong(where, "must be a list");
        return none;
    }

    std::string text(const json::value& value, const std::string& where) {
        if (value.is_string()) return std::string(value.get_string());
        wrong(where, "must be a text");
        return {};
    }

    void fixed(const json::value& value, const std::string& where, std::string_view expected) {
        if (text(value, where) != expected) wrong(where, "must be \"" + std::string(expected) + '"');
    }

    std::uint64_t count(const json::value& value, const std::string& where) {
        if (value.is_uint64()) return value.get_uint64();
        if (value.is_int64() && value.get_int64() >= 0) return static_cast<std::uint64_t>(value.get_int64());
        wrong(where, "must be a whole number that is not negative");
        return 0;
    }

    ExportId id(const json::value& value, const std::string& where) {
        constexpr std::int64_t end = std::int64_t{1} << 53;
        if (value.is_int64() && value.get_int64() > 0 && value.get_int64() < end) return ExportId{value.get_int64()};
        wrong(where, "must be the id of an export");
        return {};
    }

    TimePoint time(const json::value& value, const std::string& where) {
        const auto written = text(value, where);
        const auto time = parse_iso(written);
        if (time && to_wire(*time) == written) return *time;
        wrong(where, "must be an instant in UTC, such as 2020-02-27T12:07:37Z");
        return {};
    }

    std::string checksum(const json::value& value, const std::string& where) {
        auto digits = text(value, where);
        if (digits.size() != 64 || digits.find_first_not_of("0123456789abcdef") != std::string::npos) {
            wrong(where, "must be 64 hexadecimal digits in lower case");
        }
        return digits;
    }

    std::string file_name(const json::value& value, const std::string& where) {
        auto name = text(value, where);
        if (name.empty() || name == "." || name == ".." ||
            name.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos) {
            wrong(where, "must be a name, not a path");
        }
        return name;
    }

    ExportFormat format(const json::value& value, const std::string& where) {
        const auto format = export_format_from_string(text(value, where));
        if (!format) wrong(where, "must be \"csv\" or \"jsonl\"");
        return format.value_or(ExportFormat::csv);
    }

    Compression compression(const json::value& value, const std::string& where) {
        for (const auto compression : {Compression::none, Compression::gzip, Compression::zstd}) {
            if (value == to_json(compression)) return compression;
        }
        wrong(where, "must be null, \"gzip\" or \"zstd\"");
        return Compression::none;
    }

    ColumnType column_type(const json::value& value, const std::string& where) {
        const auto name = text(value, where);
        for (auto type = ColumnType::text; type <= ColumnType::bytes;
             type = static_cast<ColumnType>(static_cast<int>(type) + 1)) {
            if (to_string(type) == name) return type;
        }
        wrong(where, "must be the type of a column");
        return ColumnType::text;
    }

    std::vector<Column> columns(const json::value& value, const std::string& where) {
        std::vector<Column> columns;
        for (const auto& element : array(value, where)) {
            const auto here = where + '/' + std::to_string(columns.size());
            const auto& column = object(element, here, {"name", "type"});
            if (error_) break;
            columns.push_back(
                {text(column.at("name"), here + "/name"), column_type(column.at("type"), here + "/type")});
        }
        if (columns.empty()) wrong(where, "must have a column");
        return columns;
    }

    std::vector<Warning> warnings(const json::value& value, const std::string& where) {
        auto warnings = warnings_from_json(value);
        if (warnings) return *std::move(warnings);
        wrong(where, "must be a list of warnings");
        return {};
    }

private:
    void wrong(const std::string& where, const std::string& what) {
        if (error_) return;
        error_ = Error{Errc::invalid_input, (where.empty() ? "manifest " : "manifest: " + where + ' ') + what};
    }

    std::optional<Error> error_;
};

} // namespace detail::manifest

DATAEXPORT_DECL json::object to_json(const Manifest& manifest) {
    json::array columns;
    for (const auto& column : manifest.columns) {
        columns.push_back(json::object{{"name", column.name}, {"type", to_string(column.type)}});
    }
    json::object result;
    result["id"] = manifest.id.value;
    result["organization"] = manifest.organization;
    result["query"] = json::object{{"type", manifest.query_type}, {"info", manifest.query_info}};
    result["format"] = to_string(manifest.format);
    result["compression"] = to_json(manifest.compression);
    result["dialect"] = manifest.dialect;
    result["limit"] = manifest.limit ? json::value(*manifest.limit) : json::value(nullptr);
    result["columns"] = std::move(columns);
    result["rows"] = manifest.rows;
    result["bytes"] = manifest.bytes;
    result["checksumAlgorithm"] = detail::manifest::checksum_algorithm;
    result["checksum"] = manifest.checksum;
    result["fileName"] = manifest.file_name;
    result["dateCreated"] = to_wire(manifest.date_created);
    result["dateFinished"] = to_wire(manifest.date_finished);
    result["dateExpired"] = to_wire(manifest.date_expired);
    result["consistency"] = detail::manifest::consistency;
    result["warnings"] = to_json(manifest.warnings);
    return result;
}

DATAEXPORT_DECL json::object manifest(const ExportedData& record, std::span<const Column> columns) {
    assert(record.file && record.date_finished && record.date_expired);
    return to_json(Manifest{.id = record.id,
                            .organization = record.organization_slug,
                            .query_type = record.query_type,
                            .query_info = record.query_info,
                            .format = record.format,
                            .compression = record.compression,
                            .dialect = record.dialect,
                            .limit = record.limit,
                            .columns = {columns.begin(), columns.end()},
                            .rows = record.rows,
                            .bytes = record.bytes,
                            .checksum = record.file->checksum,
                            .file_name = record.file->name,
                            .date_created = record.date_added,
                            .date_finished = *record.date_finished,
                            .date_expired = *record.date_expired,
                            .warnings = record.warnings});
}

DATAEXPORT_DECL Result<Manifest> parse_manifest(std::string_view text) {
    constexpr std::size_t max_depth = 100; // a request of the depth that `parse_json` takes, and what is around it
    const auto parsed = parse_json(text, max_depth);
    if (!parsed) return parsed.error();
    detail::manifest::Reader reader;
    const auto& members = reader.object(*parsed, "",
                                        {"id", "organization", "query", "format", "compression", "dialect", "limit",
                                         "columns", "rows", "bytes", "checksumAlgorithm", "checksum", "fileName",
                                         "dateCreated", "dateFinished", "dateExpired", "consistency", "warnings"});
    if (reader.error()) return *reader.error();
    const auto& query = reader.object(members.at("query"), "/query", {"type", "info"});
    if (reader.error()) return *reader.error();
    reader.fixed(members.at("checksumAlgorithm"), "/checksumAlgorithm", detail::manifest::checksum_algorithm);
    reader.fixed(members.at("consistency"), "/consistency", detail::manifest::consistency);
    Manifest manifest{.id = reader.id(members.at("id"), "/id"),
                      .organization = reader.text(members.at("organization"), "/organization"),
                      .query_type = reader.text(query.at("type"), "/query/type"),
                      .query_info = reader.object(query.at("info"), "/query/info"),
                      .format = reader.format(members.at("format"), "/format"),
                      .compression = reader.compression(members.at("compression"), "/compression"),
                      .dialect = reader.object(members.at("dialect"), "/dialect"),
                      .limit = std::nullopt,
                      .columns = reader.columns(members.at("columns"), "/columns"),
                      .rows = reader.count(members.at("rows"), "/rows"),
                      .bytes = reader.count(members.at("bytes"), "/bytes"),
                      .checksum = reader.checksum(members.at("checksum"), "/checksum"),
                      .file_name = reader.file_name(members.at("fileName"), "/fileName"),
                      .date_created = reader.time(members.at("dateCreated"), "/dateCreated"),
                      .date_finished = reader.time(members.at("dateFinished"), "/dateFinished"),
                      .date_expired = reader.time(members.at("dateExpired"), "/dateExpired"),
                      .warnings = reader.warnings(members.at("warnings"), "/warnings")};
    if (const auto& limit = members.at("limit"); !limit.is_null()) manifest.limit = reader.count(limit, "/limit");
    if (reader.error()) return *reader.error();
    return manifest;
}

DATAEXPORT_NAMESPACE_END
