/// @file
/// `IdGenerator` that counts.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/id_generator.hpp>

#include <atomic>

DATAEXPORT_NAMESPACE_BEGIN

/// Gives 1, 2, 3, ... Anybody can guess these ids: for tests only.
class SequentialIds final : public IdGenerator {
public:
    explicit SequentialIds(std::int64_t first = 1) : next_(first) {}

    [[nodiscard]] Result<ExportId> next() override { return ExportId{next_++}; }

private:
    std::atomic<std::int64_t> next_;
};

DATAEXPORT_NAMESPACE_END
