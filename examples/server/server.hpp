/// @file
/// The example server: the library's adapters, endpoints and workers put together behind one HTTP port.
#pragma once

#include "server/directory.hpp"
#include "server/notifiers.hpp"
#include "server/settings.hpp"

#include <dataexport/core/error.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/ports/telemetry.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace example {

struct ServerOptions {
    std::string data;                               ///< Folder of everything that the server keeps.
    std::string events;                             ///< Event file; empty: `events.db` in `data`.
    std::string listen = "127.0.0.1:8080";          ///< `HOST:PORT`; port 0: any free one.
    std::size_t workers = 2;                        ///< Exports made at the same time; 0: none are made here.
    std::optional<dataexport::TimePoint> frozen_at; ///< The instant at which the clock of records stands still.
    std::string base_url;                           ///< What links begin with; empty: `http://` and the address.
    NotifierOptions notifiers;                      ///< Its mail folder, if empty: `mail` in `data`.
};

/// Keeps its records, files and mail in one folder, which several servers may share.
///
/// Thread safety: `start`, `stop` and destruction by one owner.
class Server {
public:
    /// Opens everything and binds the port. @param telemetry is borrowed.
    /// @return `Errc::invalid_configuration`, or what a store says, in words for an operator.
    [[nodiscard]] static dataexport::Result<std::unique_ptr<Server>>
    open(const ServerOptions& options, const Settings& settings, Directory directory, dataexport::Telemetry& telemetry);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Begins to accept connections and to work.
    void start();
    /// Ends requests, makes checkpoints, gives leases back.
    void stop();

    /// `HOST:PORT` that it listens on.
    [[nodiscard]] const std::string& address() const noexcept;

private:
    struct Parts;
    explicit Server(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

} // namespace example
