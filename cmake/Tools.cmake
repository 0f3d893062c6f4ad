# The programs that are part of the product. They are installed; tests/tools/ runs them as their users do.
find_package(CLI11 REQUIRED)

# Makes `program` of tools/<folder>/*.cpp. What follows are the adapters it needs, such as dataexport::sqlite.
function(dataexport_add_tool program folder)
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tools/${folder}/*.cpp")
    add_executable(${program} ${sources})
    target_link_libraries(${program} PRIVATE dataexport_compiled ${ARGN} CLI11::CLI11)
    dataexport_developer_warnings(${program})
    if(DATAEXPORT_INSTALL)
        install(TARGETS ${program})
    endif()
endfunction()

dataexport_add_tool(dataexport-search search)
if(TARGET dataexport::sqlite AND TARGET dataexport::filesystem AND TARGET dataexport::openssl AND
   TARGET dataexport::client_curl AND TARGET dataexport::client_file)
    dataexport_add_tool(exportctl exportctl dataexport::sqlite dataexport::filesystem dataexport::openssl
        dataexport::client_curl dataexport::client_file)
    if(DATAEXPORT_INSTALL)
        install(FILES "${PROJECT_SOURCE_DIR}/tools/exportctl/completion.bash"
            DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME exportctl)
    endif()
endif()

if(DATAEXPORT_BUILD_TESTS)
    add_test(NAME tools/search COMMAND python3 "${PROJECT_SOURCE_DIR}/tests/tools/search.py"
        $<TARGET_FILE:dataexport-search> "${PROJECT_SOURCE_DIR}/../shared/search-syntax/verdicts.jsonl")
    if(TARGET exportctl AND TARGET dataexport-server)
        add_test(NAME tools/exportctl COMMAND python3 "${PROJECT_SOURCE_DIR}/tests/tools/exportctl.py"
            $<TARGET_FILE:exportctl> $<TARGET_FILE:dataexport-server>
            "${PROJECT_SOURCE_DIR}/examples/data/directory.json" "${PROJECT_SOURCE_DIR}/examples/data/wildlife-strikes.jsonl")
        add_test(NAME tools/exportctl_user COMMAND python3 "${PROJECT_SOURCE_DIR}/tests/tools/exportctl_user.py"
            $<TARGET_FILE:exportctl> $<TARGET_FILE:dataexport-server>
            "${PROJECT_SOURCE_DIR}/examples/data/directory.json" "${PROJECT_SOURCE_DIR}/examples/data/wildlife-strikes.jsonl"
            "${PROJECT_SOURCE_DIR}/tools/exportctl/completion.bash")
    endif()
    if(TARGET exportctl)
        foreach(test IN ITEMS download terminal)
            add_test(NAME tools/exportctl_${test}
                COMMAND python3 "${PROJECT_SOURCE_DIR}/tests/tools/exportctl_${test}.py" $<TARGET_FILE:exportctl>)
            set_tests_properties(tools/exportctl_${test} PROPERTIES TIMEOUT 300)
        endforeach()
    endif()
endif()
