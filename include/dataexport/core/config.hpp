/// @file
/// Version and build form of the library. Every other header includes this one.
///
/// The core exists in two forms made from one source. By default it is header-only; with `DATAEXPORT_COMPILED` (set by
/// the CMake target `dataexport::compiled`) the bodies come from the library that `src/dataexport.cpp` is built into.
/// Each form has an inline namespace of its own, so that a program which mixes them does not link.
#pragma once

#define DATAEXPORT_VERSION_MAJOR 0
#define DATAEXPORT_VERSION_MINOR 1
#define DATAEXPORT_VERSION_PATCH 0
#define DATAEXPORT_VERSION "0.1.0"

#if defined(DATAEXPORT_COMPILED)
#define DATAEXPORT_DECL
#define DATAEXPORT_ABI compiled_v0
#else
#define DATAEXPORT_DECL inline
#define DATAEXPORT_ABI header_only_v0
#endif

#define DATAEXPORT_NAMESPACE_BEGIN                                                                                     \
    namespace dataexport {                                                                                             \
    inline namespace DATAEXPORT_ABI {
#define DATAEXPORT_NAMESPACE_END                                                                                       \
    }                                                                                                                  \
    }
