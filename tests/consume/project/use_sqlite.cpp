#include <dataexport/dataexport.hpp>
#include <dataexport/sqlite/export_store.hpp>

#include <cstdio>
#include <filesystem>

using namespace dataexport;

// Stores a request in a file, and finds it there again.
int main(int, char** arguments) {
    const std::string path = std::string(arguments[0]) + ".db";
    std::filesystem::remove(path);
    ExportedData record;
    record.id = ExportId{27};
    record.query_type = "Discover";
    {
        const auto store = open_sqlite_export_store({.path = path});
        if (!store || !(*store)->create_or_get(record, "the request", "")) return 1;
    }
    const auto store = open_sqlite_export_store({.path = path});
    const auto found = store ? (*store)->find(record.id) : store.error();
    std::puts(found ? found->query_type.c_str() : "not found");
    return found && found->query_type == "Discover" ? 0 : 2;
}
