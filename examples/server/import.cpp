#include "server/import.hpp"

#include "server/event_reader.hpp"

#include <dataexport/sqlite/event_store.hpp>

#include <fstream>

namespace example {

using dataexport::Errc;
using dataexport::Error;
using dataexport::Result;

namespace {

Error at(const std::string& file, std::uint64_t line, const Error& error) {
    return {error.code, file + ':' + std::to_string(line) + ": " + error.detail};
}

Result<void> import_file(const std::string& file, const EventReader& reader, dataexport::SqliteEventWriter& writer,
                         ImportSummary& summary) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return Error{Errc::invalid_input, file + ": cannot be read"};
    std::string text;
    for (std::uint64_t line = 1; std::getline(in, text); ++line) {
        if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
        const auto event = reader.read(text);
        if (!event) return at(file, line, event.error());
        const auto added = writer.add(*event);
        if (!added) return at(file, line, added.error());
        ++(*added ? summary.added : summary.known);
    }
    if (in.bad()) return Error{Errc::invalid_input, file + ": cannot be read to its end"};
    return dataexport::ok();
}

} // namespace

Result<ImportSummary> import_events(const std::string& events_path, const Directory& directory,
                                    const std::vector<std::string>& files) {
    const EventReader reader(directory);
    auto writer = dataexport::open_sqlite_event_writer({.path = events_path}, reader.slugs());
    if (!writer) return Error{writer.error().code, events_path + ": " + writer.error().detail};
    ImportSummary summary;
    for (const auto& file : files) {
        const auto imported = import_file(file, reader, **writer, summary);
        if (!imported) return imported.error();
    }
    const auto committed = (*writer)->commit();
    if (!committed) return Error{committed.error().code, events_path + ": " + committed.error().detail};
    return summary;
}

} // namespace example
