#pragma once

#include <dataexport/filesystem/file_store.hpp>

#include "../api/api_world.hpp"
#include "../filesystem/temporary_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace http_test {

using namespace api_test;

/// Bytes of which no two stretches are alike.
inline std::string numbered_bytes(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>((i * 31 + i / 251) % 256);
    }
    return text;
}

/// More than what two sockets hold between them.
inline constexpr std::size_t long_size = std::size_t{24} << 20;

inline std::string download_of(const ExportedData& record, const std::string& fields = "") {
    return "GET " + export_path(record) + "?download HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer jane\r\n" + fields +
           "\r\n";
}

/// A world whose files are on disk.
struct DiskWorld : ApiWorld {
    TemporaryFolder folder;
    std::unique_ptr<FileStore> disk =
        open_filesystem_file_store({.root = (folder.path() / "files").string(), .sync = false}).value();

    DiskWorld() { files = disk.get(); }

    /// A finished export with this file.
    ExportedData finished_on_disk(std::string_view content) {
        const auto record = finished_as("jane", content.size());
        const PartId part{record.id, {1000}};
        disk->open_part(part, 0).value();
        disk->append(part, content).value();
        disk->publish(part, content.size()).value();
        return record;
    }

    /// Cuts the published file of an export, which no program should do.
    void shorten(const ExportedData& record, std::uintmax_t size) const {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path() / "files")) {
            if (entry.path().filename() == std::to_string(record.id.value))
                std::filesystem::resize_file(entry.path(), size);
        }
    }
};

/// How many descriptors this process has open.
inline std::ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

} // namespace http_test
