/// @file
/// Waiting for exports to end, all together.
#pragma once

#include <dataexport/client/export_queries.hpp>
#include <dataexport/client/query_client.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/ids.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// How often an export that has not ended is looked at: each delay is half as long again as the one before.
struct PollDelays {
    std::chrono::milliseconds first{500};
    std::chrono::milliseconds longest{10'000};
};

/// Looks at exports for as long as somebody waits for them: once, however many wait for the same one.
///
/// Calls are those of the query client, so that who subscribes to an export sees it move.
///
/// Thread safety: may be used from any number of threads at the same time, but not by tasks of the executor.
class ExportPolls {
public:
    /// @param queries, executor are borrowed.
    ExportPolls(QueryClient& queries, Executor& executor, std::string organization, PollDelays delays);

    /// Waits until the export has ended, or cannot be looked at.
    [[nodiscard]] ApiResult<RemoteExport> wait(ExportId id, const std::stop_token& stop,
                                               const std::function<void(const RemoteExport&)>& on_change);

private:
    class Poll;
    using PollPtr = std::shared_ptr<Poll>;

    [[nodiscard]] PollPtr join(ExportId id);
    void leave(ExportId id, const PollPtr& poll);

    QueryClient& queries_;
    Executor& executor_;
    std::string organization_;
    PollDelays delays_;
    std::mutex mutex_;
    std::map<ExportId, PollPtr> polls_;
};

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/export_polls.ipp>
#endif
