#pragma once

#include <dataexport/client/remote_export.hpp>

#include <boost/json/error.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

namespace detail::remote_export {

inline const json::value& member(const json::value& value, std::string_view name) {
    static const json::value none;
    const auto* object = value.if_object();
    const auto* found = object != nullptr ? object->if_contains(name) : nullptr;
    return found != nullptr ? *found : none;
}

inline std::string text(const json::value& value) { return value.is_string() ? std::string(value.get_string()) : ""; }

inline std::uint64_t count(const json::value& value) {
    if (value.is_uint64()) return value.get_uint64();
    return value.is_int64() && value.get_int64() > 0 ? static_cast<std::uint64_t>(value.get_int64()) : 0;
}

inline std::optional<ExportStatus> status(const json::value& value) {
    for (const auto status : {ExportStatus::early, ExportStatus::valid, ExportStatus::expired, ExportStatus::failed}) {
        if (text(value) == to_string(status)) return status;
    }
    return std::nullopt;
}

inline std::optional<Error> error(const json::value& value) {
    if (!value.is_object()) return std::nullopt;
    return Error{errc_from_string(text(member(value, "code"))), text(member(value, "detail"))};
}

inline std::string checksum(const json::value& details) {
    auto digits = text(member(details, "checksum"));
    const bool is_sha256 = digits.size() == 64 && text(member(details, "checksumAlgorithm")) == "sha256" &&
                           digits.find_first_not_of("0123456789abcdef") == std::string::npos;
    return is_sha256 ? digits : "";
}

} // namespace detail::remote_export

DATAEXPORT_DECL Result<RemoteExport> parse_remote_export(const json::value& value) {
    using namespace detail::remote_export;
    const auto status = detail::remote_export::status(member(value, "status"));
    const auto& id = member(value, "id");
    if (!status || !id.is_int64() || id.get_int64() <= 0) {
        return Error{Errc::corrupt, "the server's answer is not an export"};
    }
    RemoteExport out;
    out.id = ExportId{id.get_int64()};
    out.status = *status;
    out.query_type = text(member(member(value, "query"), "type"));
    out.format = text(member(value, "format"));
    out.date_created = text(member(value, "dateCreated"));
    out.date_expired = text(member(value, "dateExpired"));
    out.file_name = text(member(value, "fileName"));
    out.checksum = checksum(value);
    out.rows = count(member(member(value, "progress"), "rows"));
    out.bytes = count(member(member(value, "progress"), "bytes"));
    out.error = error(member(value, "error"));
    out.json = value.get_object();
    return out;
}

DATAEXPORT_DECL json::result<RemoteExport> tag_invoke(json::try_value_to_tag<RemoteExport>, const json::value& value) {
    auto read = parse_remote_export(value);
    if (read) return *std::move(read);
    return boost::system::error_code(json::error::not_object);
}

DATAEXPORT_DECL std::string safe_file_name(const RemoteExport& record) {
    constexpr std::size_t longest = 200; // Room for a suffix in the 255 bytes of most file systems.
    auto name = record.file_name.substr(record.file_name.find_last_of("/\\") + 1);
    std::replace_if(
        name.begin(), name.end(),
        [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            const bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
            return !letter && (byte < '0' || byte > '9') && byte != '-' && byte != '_' && byte != '.';
        },
        '_');
    name.erase(0, std::min(name.find_first_not_of(".-"), name.size()));
    if (name.empty() || name.size() > longest) return "export-" + std::to_string(record.id.value);
    return name;
}

} // namespace client
DATAEXPORT_NAMESPACE_END
