/// @file
/// Port: makes compressed files.
#pragma once

#include <dataexport/core/compression.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Port: compresses pieces of a file, each so that it can be unpacked without the others.
///
/// Thread safety: may be called from any number of threads at the same time. Big buffers are kept between calls.
class Compressor {
public:
    virtual ~Compressor() = default;

    /// The format that it writes; never `Compression::none`.
    [[nodiscard]] virtual Compression kind() const = 0;
    /// Appends whole members or frames, one at least, that unpack to `bytes`, which may be empty. The same bytes always
    /// give the same members: they hold no time and no name.
    /// @return `Errc::out_of_memory`; `out` is then unchanged.
    [[nodiscard]] virtual Result<void> compress(std::string_view bytes, std::string& out) const = 0;
};

/// The compressors that a host has; by default none. It does not own them.
class Compressors {
public:
    Compressors() = default;
    /// @pre none is null, no two are of one kind, and all live longer than this object and its copies
    Compressors(std::initializer_list<const Compressor*> compressors) : compressors_(compressors) {}

    /// @return null if the host has none of this kind, and for `Compression::none`.
    [[nodiscard]] const Compressor* find(Compression kind) const {
        for (const auto* compressor : compressors_) {
            if (compressor->kind() == kind) return compressor;
        }
        return nullptr;
    }

private:
    std::vector<const Compressor*> compressors_;
};

DATAEXPORT_NAMESPACE_END
