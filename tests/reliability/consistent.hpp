/// @file
/// What must be true of the data of a shop at any instant.
#pragma once

#include "reliability/shop.hpp"

#include <dataexport/assembly/housekeeping.hpp>

#include <set>

namespace reliability {

/// Damage that an operation may leave behind when a call of it fails.
using Allowed = std::set<Damage>;

namespace consistency {

/// Says what is wrong with a record by itself.
inline std::string wrong_with(const ExportedData& record, TimePoint now) {
    const bool ended = !record.live();
    if (ended != record.date_finished.has_value()) return "the date of its end does not fit its state";
    if ((record.state == ExportState::failed) != record.error.has_value()) return "its error does not fit its state";
    if (record.state == ExportState::finished) {
        if (!record.date_expired) return "it finished and never expires";
        if (!record.file && *record.date_expired >= now) return "its file went before it expired";
        if (record.file && (record.file->size != record.bytes || record.file->checksum.size() != 64)) {
            return "its file is described wrongly";
        }
    } else if (record.file) {
        return "it has a file before it is finished";
    }
    return {};
}

/// Says whether the manifest and the bytes are those of the record.
inline std::string wrong_with_file(Shop& shop, const ExportedData& record) {
    const auto manifest = shop.exports->manifest(record.id);
    if (record.state != ExportState::finished) return manifest ? "it has a manifest before it is finished" : "";
    if (!manifest) return "it has no manifest";
    const auto receipt = parse_json(*manifest);
    if (!receipt || receipt->at("rows") != record.rows || receipt->at("bytes") != record.bytes) {
        return "its manifest tells of another file";
    }
    if (record.file && receipt->at("checksum").as_string() != record.file->checksum) {
        return "its manifest has another checksum";
    }
    return {};
}

/// Says whether its owner sees anything else than a whole file, or none.
inline std::string wrong_to_see(Shop& shop, const ExportedData& record) {
    if (!record.user || record.user->username != "jane") return {};
    const auto details = shop.ask(record.id);
    if (details.status != 200) return "its owner cannot see it";
    const auto download = shop.ask(record.id, "?download");
    const bool is_file = std::holds_alternative<FileBody>(download.body);
    const bool is_there = record.file && record.status(shop.clock.now()) == ExportStatus::valid;
    if (is_file != is_there) return is_file ? "a file can be had that is not finished" : "its file cannot be had";
    if (is_file && to_hex(sha256(shop.digest, bytes(download, *shop.files))) != record.file->checksum) {
        return "a download gives other bytes";
    }
    return {};
}

} // namespace consistency

/// What is wrong, one line for each finding; empty: nothing. It asks the stores of the shop, so that they must not fail
/// now.
inline std::string inconsistencies(Shop& shop, const Allowed& allowed = {}) {
    using namespace consistency;
    std::string wrong;
    const auto add = [&](ExportId id, std::string_view what) {
        if (!what.empty()) wrong += std::to_string(id.value) + ": " + std::string(what) + '\n';
    };
    const auto found = check_data(*shop.exports, *shop.files, shop.digest, shop.clock.now());
    REQUIRE(found.has_value());
    for (const auto& finding : *found) {
        if (!allowed.contains(finding.damage)) add(finding.id, to_string(finding.damage));
    }
    ScanQuery query;
    query.count = 1000;
    const auto records = shop.exports->scan(query).value();
    const auto usage = shop.exports->usage(std::nullopt).value();
    if (records.size() != usage.queued + usage.running + usage.finished + usage.failed) {
        wrong += "a record cannot be read\n";
    }
    const bool damaged = !allowed.empty() && !found->empty();
    for (const auto& record : records) {
        add(record.id, wrong_with(record, shop.clock.now()));
        add(record.id, wrong_with_file(shop, record));
        if (!damaged) add(record.id, wrong_to_see(shop, record));
    }
    return wrong;
}

} // namespace reliability
