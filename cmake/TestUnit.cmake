# Writes one translation unit for many tests, so that what they include is compiled once for all of them: first their
# includes, then each file in a namespace of its own, where its names meet no others.
# Usage: cmake -DOUTPUT=api.cpp -DFOLDER=/x/tests "-DTESTS=/x/tests/api/a_test.cpp;/x/tests/api/b_test.cpp" -P TestUnit.cmake
set(includes "")
set(bodies "")
foreach(test IN LISTS TESTS)
    cmake_path(RELATIVE_PATH test BASE_DIRECTORY "${FOLDER}")
    cmake_path(GET test PARENT_PATH folder)
    file(STRINGS "${FOLDER}/${test}" lines REGEX "^#include ")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "^#include \"(.*)\"$" "\\1" name "${line}")
        if(EXISTS "${FOLDER}/${folder}/${name}") # it lies beside the test
            set(line "#include \"${folder}/${name}\"")
        endif()
        list(APPEND includes "${line}")
    endforeach()
    string(MAKE_C_IDENTIFIER "${test}" namespace)
    string(APPEND bodies "namespace ${namespace} {\n#include \"${test}\"\n}\n")
endforeach()
list(REMOVE_DUPLICATES includes)
list(JOIN includes "\n" includes)
file(WRITE "${OUTPUT}" "${includes}\n\n${bodies}")
