/// @file
/// Where the sources are, for tests that read data or run scripts which lie beside them.
#pragma once

namespace support {

/// The repository's folder. One object file knows it, so that a compiler cache has all others for every clone.
extern const char* const source_folder;

} // namespace support
