/// @file
/// A program that offers exports: the endpoints over a store and files on disk.
#pragma once

#include "request/request_fixture.hpp"

#include <dataexport/api/endpoints.hpp>
#include <dataexport/openssl/digest.hpp>
#include <dataexport/openssl/random_ids.hpp>
#include <dataexport/ports/clock.hpp>
#include <dataexport/ports/event_store.hpp>
#include <dataexport/ports/file_store.hpp>
#include <dataexport/ports/telemetry.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace bench {

/// Offers exports of events to `request_fixture::jane()`, whoever asks. Nothing makes their files.
class Backend {
public:
    /// @param folder is made if it is missing.
    [[nodiscard]] static dataexport::Result<std::unique_ptr<Backend>> open(const std::string& folder);

    [[nodiscard]] const dataexport::Endpoints& endpoints() const noexcept { return endpoints_; }
    [[nodiscard]] dataexport::FileStore& files() noexcept { return *files_; }

    /// A finished export with a file of so many bytes; one that is in the folder from before is taken again.
    [[nodiscard]] dataexport::Result<dataexport::ExportId> finished_export(std::uint64_t bytes);

    /// Where exports are created and listed.
    static constexpr const char* collection = "/api/0/organizations/acme/data-export/";
    /// A request that creates an export: as a user would send it, and with a search of its own for each number.
    [[nodiscard]] static dataexport::Request creation(std::uint64_t number);

private:
    Backend(std::unique_ptr<dataexport::ExportStore> store, std::unique_ptr<dataexport::FileStore> files,
            std::unique_ptr<dataexport::EventStore> events);

    dataexport::Result<dataexport::ExportedFile> write_file(dataexport::PartId part, std::uint64_t bytes);

    std::unique_ptr<dataexport::ExportStore> store_;
    std::unique_ptr<dataexport::FileStore> files_;
    std::unique_ptr<dataexport::EventStore> events_;
    std::unique_ptr<dataexport::Digest> digest_ = dataexport::make_openssl_digest();
    std::unique_ptr<dataexport::IdGenerator> ids_ = dataexport::make_random_ids();
    dataexport::SystemClock clock_;
    dataexport::NoTelemetry telemetry_;
    dataexport::ExportKinds kinds_;
    dataexport::AccessContext jane_ = request_fixture::jane();
    dataexport::Endpoints endpoints_;
};

} // namespace bench
