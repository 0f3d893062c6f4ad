/// @file
/// What a fuzz target says when a property does not hold.
#pragma once

#include <cstdio>
#include <cstdlib>

inline void require(bool holds, int line = __builtin_LINE()) {
    if (holds) return;
    std::fprintf(stderr, "line %d: a property does not hold\n", line);
    std::abort();
}
