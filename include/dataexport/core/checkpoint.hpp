/// @file
/// The point that an export can be continued from.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/warning.hpp>

#include <cstdint>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// How far an export has come, durably. The first `bytes` bytes of the part hash to `digest_state`; they hold the first
/// `rows` rows, and the row source continues after these at `cursor`.
struct Checkpoint {
    std::string cursor;            ///< `RowSource::position()`; opaque.
    std::uint64_t rows = 0;        ///< Rows before `cursor`.
    std::uint64_t bytes = 0;       ///< Length of the part, which was synced before this was stored.
    std::uint64_t text = 0;        ///< Bytes of the file up to `cursor` before compression; `bytes` if there is none.
    std::uint64_t ahead = 0;       ///< Bytes, before compression, of rows behind `cursor` that are in the part already.
    std::string digest_state;      ///< `Digest::state()` over the part; opaque.
    bool complete = false;         ///< Every row is in the part; only publishing and finishing remain.
    std::vector<Warning> warnings; ///< Gathered while writing the rows before `cursor`.

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

DATAEXPORT_NAMESPACE_END
