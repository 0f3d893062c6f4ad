# What `cmake --install` puts where. Included before the adapters, which add themselves with dataexport_install_adapter.
include(CMakePackageConfigHelpers)

set(DATAEXPORT_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/dataexport")
set(DATAEXPORT_PKG_CONFIG_DIR "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

# Writes <name>.pc. `libs` are flags, `requires` are modules, `cflags` are the macros beyond the include path.
function(dataexport_install_pkg_config name description requires libs cflags)
    list(JOIN requires ", " requires)
    file(RELATIVE_PATH prefix_from_pc "/${DATAEXPORT_PKG_CONFIG_DIR}" "/")
    configure_file("${PROJECT_SOURCE_DIR}/cmake/dataexport.pc.in" "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/${name}.pc" DESTINATION "${DATAEXPORT_PKG_CONFIG_DIR}")
endfunction()

# Installs the adapter `dataexport_<name>` as the component <name>. `dependencies` is CMake code that finds its libraries.
function(dataexport_install_adapter name dependencies requires)
    install(TARGETS dataexport_${name} EXPORT dataexport-${name}-targets)
    install(EXPORT dataexport-${name}-targets NAMESPACE dataexport:: DESTINATION "${DATAEXPORT_PACKAGE_DIR}")
    file(WRITE "${PROJECT_BINARY_DIR}/dataexport-${name}-dependencies.cmake" "${dependencies}")
    install(FILES "${PROJECT_BINARY_DIR}/dataexport-${name}-dependencies.cmake" DESTINATION "${DATAEXPORT_PACKAGE_DIR}")

    get_target_property(type dataexport_${name} TYPE)
    set(libs "")
    if(type STREQUAL "STATIC_LIBRARY")
        set(libs "-ldataexport-${name} -ldataexport")
    endif()
    dataexport_install_pkg_config(dataexport-${name} "The ${name} adapter of dataexport" "dataexport;${requires}" "${libs}" "")
endfunction()

install(TARGETS dataexport dataexport_compiled EXPORT dataexport-targets FILE_SET HEADERS)
install(EXPORT dataexport-targets NAMESPACE dataexport:: DESTINATION "${DATAEXPORT_PACKAGE_DIR}")

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/dataexport-config.cmake.in"
    "${PROJECT_BINARY_DIR}/dataexport-config.cmake"
    INSTALL_DESTINATION "${DATAEXPORT_PACKAGE_DIR}"
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/dataexport-config-version.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/dataexport-config.cmake" "${PROJECT_BINARY_DIR}/dataexport-config-version.cmake"
    DESTINATION "${DATAEXPORT_PACKAGE_DIR}")

dataexport_install_pkg_config(dataexport "${PROJECT_DESCRIPTION}" "" "-lboost_json -pthread" "")
dataexport_install_pkg_config(dataexport-compiled "${PROJECT_DESCRIPTION}, the compiled form" "dataexport" "-ldataexport"
    "-DDATAEXPORT_COMPILED")
