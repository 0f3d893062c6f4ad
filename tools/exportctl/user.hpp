/// @file
/// What a user of a server does with exports, over HTTP.
#pragma once

#include "exit_status.hpp"

#include <dataexport/client/export_client.hpp>
#include <dataexport/client/thread_executor.hpp>
#include <dataexport/client/transport.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/ports/clock.hpp>
#include <dataexport/ports/digest.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace exportctl {

/// Which server, and who asks. What is empty is taken from the environment.
struct ServerArguments {
    std::string url;          ///< `EXPORTCTL_SERVER`
    std::string organization; ///< `EXPORTCTL_ORGANIZATION`
    std::string token_file;   ///< `EXPORTCTL_TOKEN_FILE`, or the token itself in `EXPORTCTL_TOKEN`
    std::string ca_file;
    bool allow_http = false;          ///< Whether the token may go to another machine without TLS.
    std::optional<std::string> proxy; ///< None: what the environment says.
};

/// A server and a user of it.
class RemoteUser {
public:
    /// @return an error that says what is missing or cannot be used.
    [[nodiscard]] static dataexport::Result<std::unique_ptr<RemoteUser>> open(const ServerArguments& arguments);

    [[nodiscard]] dataexport::client::ExportClient& exports() noexcept { return *exports_; }
    [[nodiscard]] const dataexport::Digest& digest() const noexcept { return *digest_; }

private:
    std::unique_ptr<dataexport::client::Transport> transport_;
    std::unique_ptr<dataexport::Digest> digest_;
    dataexport::SystemClock clock_;
    dataexport::client::ThreadExecutor executor_;
    std::unique_ptr<dataexport::client::ExportClient> exports_;
};

/// What to ask for: a request as JSON, of which the others replace members.
struct CreateArguments {
    std::string request; ///< A file, `-` for standard input; empty: none.
    std::optional<std::string> type;
    std::optional<std::string> format;
    std::optional<std::string> compression;
    std::optional<std::int64_t> limit;
    std::vector<std::string> fields;
    std::vector<std::int64_t> projects;
    std::optional<std::string> query;
    std::optional<std::string> sort;
    std::optional<std::string> period;
    std::optional<std::string> start;
    std::optional<std::string> end;
};

struct WaitArguments {
    std::optional<std::int64_t> timeout; ///< Seconds; none: as long as it takes.
};

struct DownloadArguments {
    std::string output;   ///< A file, a folder, `-` for standard output; empty: the server's name for it, here.
    std::string manifest; ///< Where the manifest goes; empty: nowhere.
    bool force = false;   ///< Whether a file that is there is replaced.
    bool wait = false;    ///< Whether to wait for the end of the export first.
};

// Each verb prints lines for people, or one JSON object a line, and gives the exit status; errors go out as results.

template <class T>
using Answer = dataexport::client::ApiResult<T>;

Answer<Exit> create(RemoteUser& user, const CreateArguments& arguments, bool as_json);
Answer<Exit> list(RemoteUser& user, const std::string& status, bool as_json);
Answer<Exit> show(RemoteUser& user, dataexport::ExportId id);
Answer<Exit> wait(RemoteUser& user, dataexport::ExportId id, const WaitArguments& arguments,
                  const std::stop_token& stop, bool as_json);
Answer<Exit> download(RemoteUser& user, dataexport::ExportId id, const DownloadArguments& arguments,
                      const std::stop_token& stop, bool as_json);
Answer<Exit> cancel(RemoteUser& user, dataexport::ExportId id, bool as_json);
Answer<Exit> retry(RemoteUser& user, dataexport::ExportId id, bool as_json);

/// Holds a file against a manifest; no server is asked.
dataexport::Result<Exit> verify(const std::string& file, const std::string& manifest, bool as_json);

/// What to tell the user of an error: what the server says, also of the fields of a request.
[[nodiscard]] std::string text_of(const dataexport::client::ApiError& error);

} // namespace exportctl
