#include "operator.hpp"

#include "output.hpp"

#include <dataexport/api/export_json.hpp>
#include <dataexport/assembly/housekeeping.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/openssl/digest.hpp>
#include <dataexport/ports/clock.hpp>
#include <dataexport/sqlite/export_store.hpp>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace exportctl {

using namespace dataexport;

namespace {

TimePoint now() { return SystemClock{}.now(); }

/// One line about an export: id, status, kind, organization, who, when, how far.
std::string line_of(const ExportedData& record) {
    std::string line = std::to_string(record.id.value) + "  " + std::string(to_string(record.status(now()))) + "  " +
                       record.query_type + "  " + record.organization_slug + "  " +
                       (record.user ? record.user->username : std::string("-")) + "  " + to_wire(record.date_added) +
                       "  " + std::to_string(record.rows) + " rows  " + std::to_string(record.bytes) + " bytes";
    if (record.error) line += "  " + record.error->detail;
    return line;
}

void print_record(const ExportedData& record, bool as_json) {
    if (as_json) return print_json(export_json(record, now()));
    print(line_of(record));
}

bool matches(const ExportedData& record, const ListArguments& arguments) {
    if (arguments.organization && record.organization.value != *arguments.organization) return false;
    return arguments.status.empty() || to_string(record.status(now())) == arguments.status;
}

Error at(const std::string& place, const Error& error) { return {error.code, place + ": " + error.detail}; }

} // namespace

Result<DataFolder> DataFolder::open(const std::string& path) {
    const std::filesystem::path folder(path);
    const auto records = (folder / "exports.db").string();
    const auto bytes = (folder / "files").string();
    std::error_code error;
    if (!std::filesystem::exists(records, error)) {
        return Error{Errc::invalid_configuration, records + ": there is no such file; is this the data of a server?"};
    }
    DataFolder data;
    auto store = open_sqlite_export_store({.path = records});
    if (!store) return at(records, store.error());
    data.store_ = std::move(*store);
    auto files = open_filesystem_file_store({.root = bytes});
    if (!files) return at(bytes, files.error());
    data.files_ = std::move(*files);
    data.digest_ = make_openssl_digest();
    return data;
}

Result<Exit> fsck(const DataFolder& data, const FsckArguments& arguments, bool as_json) {
    const CheckOptions options{.repair = arguments.repair ? Repair::all : Repair::nothing, .hashes = arguments.hashes};
    const auto findings = check_data(data.store(), data.files(), data.digest(), now(), options);
    if (!findings) return findings.error();
    for (const auto& finding : *findings) {
        const auto damage = to_string(finding.damage);
        if (as_json) {
            print_json(json::object{{"id", finding.id.value}, {"damage", damage}, {"repaired", finding.repaired}});
        } else {
            print(std::to_string(finding.id.value) + "  " + std::string(damage) +
                  (finding.repaired ? "  repaired" : ""));
        }
    }
    const bool all_well =
        std::all_of(findings->begin(), findings->end(), [](auto& finding) { return finding.repaired; });
    return all_well ? done : found;
}

Result<Exit> list(const DataFolder& data, const ListArguments& arguments, bool as_json) {
    ScanQuery query;
    if (arguments.user) query.user = UserId{*arguments.user};
    for (;;) {
        const auto records = data.store().scan(query);
        if (!records) return records.error();
        if (records->empty()) return done;
        for (const auto& record : *records) {
            if (!matches(record, arguments)) continue;
            print_record(record, as_json);
        }
        query.after = records->back().id;
    }
}

Result<Exit> show(const DataFolder& data, ExportId id) {
    const auto record = data.store().find(id);
    if (!record) return record.error();
    print_record(*record, true);
    return done;
}

Result<Exit> requeue(const DataFolder& data, ExportId id, bool as_json) {
    const auto record = data.store().retry(id, now());
    if (!record) return record.error();
    print_record(*record, as_json);
    return done;
}

Result<Exit> cancel(const DataFolder& data, ExportId id, bool as_json) {
    const auto record = data.store().find(id);
    if (!record) return record.error();
    if (auto removed = remove_export(data.store(), data.files(), id); !removed) return removed.error();
    print_record(*record, as_json);
    return done;
}

Result<Exit> stats(const DataFolder& data, std::optional<std::int64_t> organization, bool as_json) {
    std::optional<OrganizationId> of;
    if (organization) of = OrganizationId{*organization};
    const auto usage = data.store().usage(of);
    if (!usage) return usage.error();
    if (as_json) {
        print_json(json::object{{"queued", usage->queued},
                                {"running", usage->running},
                                {"finished", usage->finished},
                                {"failed", usage->failed},
                                {"bytes", usage->bytes}});
    } else {
        print("queued    " + std::to_string(usage->queued));
        print("running   " + std::to_string(usage->running));
        print("finished  " + std::to_string(usage->finished));
        print("failed    " + std::to_string(usage->failed));
        print("bytes     " + std::to_string(usage->bytes));
    }
    return done;
}

} // namespace exportctl
