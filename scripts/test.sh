#!/bin/bash
# Builds everything and runs every test: gcc with both forms of the core, clang with the address and undefined-behaviour
# sanitizers and clang-tidy, clang with the thread sanitizer. Ends with "N passed, N failed" on a line of its own.
set -u
cd "$(dirname "$0")/.." || exit 1
scripts/install-dependencies.sh || exit 1

jobs=$(nproc)
passed=0
failed=0

# Counts one check that is not a ctest test.
count() { # name, exit status
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $1"
    fi
}

# Builds a preset, and runs and counts its tests, one more at a time than there are processors: some mostly wait. A build
# that fails is one failure.
run_preset() {
    local preset=$1 results="build/$1/test-results.xml" tests failures skipped
    echo "== $preset"
    if ! { cmake --preset "$preset" >/dev/null && cmake --build --preset "$preset" -j "$jobs"; }; then
        count "build of $preset" 1
        return
    fi
    rm -f "$results"
    ctest --preset "$preset" -j "$((jobs + 1))" --output-junit "$PWD/$results"
    if [ ! -f "$results" ]; then
        count "ctest of $preset" 1
        return
    fi
    tests=$(sed -n 's/^[[:space:]]*tests="\([0-9]*\)".*/\1/p' "$results" | head -1)
    failures=$(sed -n 's/^[[:space:]]*failures="\([0-9]*\)".*/\1/p' "$results" | head -1)
    skipped=$(sed -n 's/^[[:space:]]*skipped="\([0-9]*\)".*/\1/p' "$results" | head -1)
    passed=$((passed + tests - failures - skipped))
    failed=$((failed + failures))
}

run_preset release
run_preset asan
run_preset tsan

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
