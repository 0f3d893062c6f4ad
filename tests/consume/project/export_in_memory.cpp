#include <dataexport/dataexport.hpp>
#include <dataexport/memory/memory_digest.hpp>
#include <dataexport/memory/memory_export_store.hpp>
#include <dataexport/memory/memory_file_store.hpp>
#include <dataexport/memory/memory_row_source.hpp>
#include <dataexport/memory/recording_notifier.hpp>

using namespace dataexport;

int main() {
    ExportKinds kinds;
    kinds.add(
        {.name = "People", .number = 7, .feature = "", .validate = nullptr, .open = [](const ExportedData&) {
             return Result<std::unique_ptr<RowSource>>(std::make_unique<MemoryRowSource>(
                 std::vector<Column>{{"id", ColumnType::integer}, {"name", ColumnType::text}},
                 std::vector<MemoryRow>{{"1", {std::int64_t{1}, "Ada"}}, {"2", {std::int64_t{2}, "Grace \"G\""}}}));
         }});

    MemoryExportStore store;
    MemoryFileStore files;
    MemoryDigest digest;
    SystemClock clock;
    NoTelemetry telemetry;
    RecordingNotifier notifier;
    ExportedData record;
    record.id = ExportId{27};
    record.user = User{UserId{7}, "ada@example.com", "ada"};
    record.date_added = clock.now();
    record.query_type = "People";
    if (!store.create_or_get(record, "the request", "")) return 1;

    Worker worker({store, files, kinds, digest, clock, telemetry}, notifier, clock, {});
    if (!worker.run_until_idle()) return 2;

    std::array<char, 100> buffer{};
    const std::string_view file(buffer.data(), files.read(record.id, 0, buffer).value());
    return file == "id,name\r\n1,Ada\r\n2,\"Grace \"\"G\"\"\"\r\n" && notifier.messages().size() == 1 ? 0 : 3;
}
