# The example programs. Each one is complete by itself, is built into bin/, and runs as a test.

# The server's parts, which the tests use as well.
file(GLOB server_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/server/*.cpp")
list(REMOVE_ITEM server_sources "${PROJECT_SOURCE_DIR}/examples/server/main.cpp")
if(server_sources)
    add_library(dataexport_example_server STATIC EXCLUDE_FROM_ALL ${server_sources})
    target_include_directories(dataexport_example_server PUBLIC "${PROJECT_SOURCE_DIR}/examples")
    target_link_libraries(dataexport_example_server PUBLIC dataexport_compiled ${adapter_targets})
    dataexport_developer_warnings(dataexport_example_server)
endif()
