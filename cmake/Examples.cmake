# The example programs, each complete by itself. All but the server also run as tests.
find_package(CLI11 REQUIRED)

function(dataexport_add_program name)
    add_executable(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE dataexport_compiled ${adapter_targets} CLI11::CLI11)
    dataexport_developer_warnings(${name})
endfunction()

# The server: its parts are a library, because the tests use them as well.
file(GLOB server_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/server/*.cpp")
set(server_main "${PROJECT_SOURCE_DIR}/examples/server/main.cpp")
list(REMOVE_ITEM server_sources "${server_main}")
# The files of its web page are kept in the program.
file(GLOB page_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/server/page/*")
set(page_source "${CMAKE_CURRENT_BINARY_DIR}/generated/page_files.cpp")
add_custom_command(OUTPUT "${page_source}"
    COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${page_source}" "-DFILES=${page_files}" -P "${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    DEPENDS ${page_files} "${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake" VERBATIM)
list(APPEND server_sources "${page_source}")
if(server_sources)
    add_library(dataexport_example_server STATIC EXCLUDE_FROM_ALL ${server_sources})
    target_include_directories(dataexport_example_server PUBLIC "${PROJECT_SOURCE_DIR}/examples")
    target_link_libraries(dataexport_example_server PUBLIC dataexport_compiled ${adapter_targets} CLI11::CLI11)
    dataexport_developer_warnings(dataexport_example_server)
endif()
if(EXISTS "${server_main}")
    dataexport_add_program(dataexport-server "${server_main}")
    if(TARGET dataexport_example_server)
        target_link_libraries(dataexport-server PRIVATE dataexport_example_server)
    endif()
    foreach(test IN ITEMS server request_language operations)
        add_test(NAME example/${test} COMMAND python3 "${PROJECT_SOURCE_DIR}/tests/examples/${test}.py"
            $<TARGET_FILE:dataexport-server>
            "${PROJECT_SOURCE_DIR}/examples/data/directory.json" "${PROJECT_SOURCE_DIR}/examples/data/wildlife-strikes.jsonl")
    endforeach()
    # Its web page in headless Chromium; what it looked like stays in the build folder.
    foreach(test IN ITEMS page end_to_end)
        add_test(NAME browser/${test} COMMAND python3 "${PROJECT_SOURCE_DIR}/tests/browser/${test}.py"
            $<TARGET_FILE:dataexport-server>
            "${PROJECT_SOURCE_DIR}/examples/data/directory.json" "${PROJECT_SOURCE_DIR}/examples/data/wildlife-strikes.jsonl"
            "${CMAKE_CURRENT_BINARY_DIR}/screenshots")
        set_tests_properties(browser/${test} PROPERTIES TIMEOUT 1200 COST 100)
    endforeach()
endif()

# Small programs: examples/<name>.cpp or examples/<name>/main.cpp.
file(GLOB single_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/*.cpp")
foreach(source IN LISTS single_sources)
    cmake_path(GET source STEM name)
    dataexport_add_program(${name} "${source}")
    add_test(NAME example/${name} COMMAND ${name})
endforeach()
file(GLOB main_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/*/main.cpp")
list(REMOVE_ITEM main_sources "${server_main}")
foreach(source IN LISTS main_sources)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cpp")
    dataexport_add_program(${name} ${sources})
    # An example that is a server runs under a script that is its client.
    set(client "${PROJECT_SOURCE_DIR}/tests/examples/${name}.py")
    if(EXISTS "${client}")
        add_test(NAME example/${name} COMMAND python3 "${client}" $<TARGET_FILE:${name}>)
    else()
        add_test(NAME example/${name} COMMAND ${name})
    endif()
endforeach()
