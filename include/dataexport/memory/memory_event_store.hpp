/// @file
/// Events in memory as an event store.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/event.hpp>
#include <dataexport/ports/event_store.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Keeps events in memory and looks at each of them for every request. It shares no query code with the SQL stores,
/// so that they can be compared with it; how searches match is said at `compile_events`.
class MemoryEventStore final : public EventStore {
public:
    /// @param slugs of the projects that have events
    explicit MemoryEventStore(std::map<ProjectId, std::string> slugs);

    /// Adds an event; sources that were started before do not have it. @pre its id is new.
    void add(Event event);

    [[nodiscard]] Result<void> check(const EventQuery& query) override;
    [[nodiscard]] Result<std::unique_ptr<RowSource>> events(const EventQuery& query) override;
    [[nodiscard]] Result<std::unique_ptr<RowSource>> tag_values(const TagValuesQuery& query) override;
    [[nodiscard]] Result<bool> has_group(ProjectId project, std::int64_t group) override;
    [[nodiscard]] Result<bool> has_tag(ProjectId project, std::string_view key,
                                       const std::optional<std::string>& environment) override;

    /// The events in the order of their arrival; what its sources read. Public for them alone.
    struct Events {
        std::map<ProjectId, std::string> slugs;
        mutable std::mutex mutex; ///< Guards `arrived`.
        std::vector<std::shared_ptr<const Event>> arrived;

        /// The first `count` of them, or all there are now.
        [[nodiscard]] std::vector<std::shared_ptr<const Event>> first(std::size_t count) const;
    };

private:
    std::shared_ptr<Events> events_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/memory/impl/memory_event_store.ipp>
#endif
