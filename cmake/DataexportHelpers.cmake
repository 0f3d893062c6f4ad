# What the CMake files of this project share.

# Compiler warnings for code that is ours; never part of what a target exports.
function(dataexport_developer_warnings target)
    if(NOT PROJECT_IS_TOP_LEVEL)
        return()
    endif()
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
    if(DATAEXPORT_WARNINGS_AS_ERRORS)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
endfunction()

# Makes the adapter `dataexport::<name>` from the folder of the calling CMakeLists.txt.
#
#   dataexport_add_adapter(name
#       [SOURCES file...]        nothing: the adapter is header-only
#       [PACKAGE name [args...]] what find_package has to find, here and where the adapter is used
#       [PKG_CONFIG module]      a module that only pkg-config knows
#       [LIBRARIES target...]    what the sources are compiled and linked with
#       [REQUIRES module...])    the same libraries in the words of pkg-config
#
# The archive holds the sources compiled for both forms of the core, so one target fits either: a program takes from it
# only the objects of its own form.
function(dataexport_add_adapter name)
    cmake_parse_arguments(PARSE_ARGV 1 adapter "" "PKG_CONFIG" "SOURCES;PACKAGE;LIBRARIES;REQUIRES")
    set(dependencies "")
    if(adapter_PACKAGE)
        find_package(${adapter_PACKAGE} REQUIRED)
        list(JOIN adapter_PACKAGE " " package)
        string(APPEND dependencies "find_dependency(${package})\n")
    endif()
    if(adapter_PKG_CONFIG)
        find_package(PkgConfig REQUIRED)
        pkg_check_modules(${adapter_PKG_CONFIG} REQUIRED IMPORTED_TARGET GLOBAL ${adapter_PKG_CONFIG})
        string(APPEND dependencies "find_dependency(PkgConfig)\n"
            "pkg_check_modules(${adapter_PKG_CONFIG} REQUIRED QUIET IMPORTED_TARGET GLOBAL ${adapter_PKG_CONFIG})\n")
        list(APPEND adapter_LIBRARIES PkgConfig::${adapter_PKG_CONFIG})
        list(APPEND adapter_REQUIRES ${adapter_PKG_CONFIG})
    endif()

    set(target dataexport_${name})
    if(adapter_SOURCES)
        set(objects "")
        foreach(form IN LISTS DATAEXPORT_ADAPTER_FORMS)
            set(form_target ${target}_${form})
            add_library(${form_target} OBJECT ${adapter_SOURCES})
            target_include_directories(${form_target} PRIVATE "${PROJECT_SOURCE_DIR}/src")
            target_link_libraries(${form_target} PRIVATE dataexport ${adapter_LIBRARIES})
            set_target_properties(${form_target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
            dataexport_developer_warnings(${form_target})
            list(APPEND objects $<TARGET_OBJECTS:${form_target}>)
        endforeach()
        if(TARGET ${target}_compiled)
            target_compile_definitions(${target}_compiled PRIVATE DATAEXPORT_COMPILED)
        endif()
        add_library(${target} STATIC ${objects})
        set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX)
        target_link_libraries(${target} INTERFACE dataexport $<LINK_ONLY:dataexport_compiled>)
        foreach(library IN LISTS adapter_LIBRARIES)
            target_link_libraries(${target} INTERFACE $<LINK_ONLY:${library}>)
        endforeach()
    else()
        add_library(${target} INTERFACE)
        target_link_libraries(${target} INTERFACE dataexport ${adapter_LIBRARIES})
    endif()
    add_library(dataexport::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} OUTPUT_NAME dataexport-${name})

    if(DATAEXPORT_INSTALL)
        dataexport_install_adapter(${name} "${dependencies}" "${adapter_REQUIRES}")
    endif()
endfunction()
