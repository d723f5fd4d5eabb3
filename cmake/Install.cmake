# The installed tree: headers, library, CMake package, pkg-config file, the command.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/authjwt")

install(TARGETS authjwt authjwt_restinio authjwt_httplib authjwt_testing EXPORT authjwt-targets)
if(TARGET authjwt_cli)
  install(TARGETS authjwt_cli)
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT authjwt-targets NAMESPACE authjwt:: DESTINATION "${package_dir}")

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/authjwt-config.cmake.in"
  "${PROJECT_BINARY_DIR}/authjwt-config.cmake" INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/authjwt-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/authjwt-config.cmake"
  "${PROJECT_BINARY_DIR}/authjwt-config-version.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/FindCppHttplib.cmake"
  DESTINATION "${package_dir}")

# The tree may be moved as a whole: the file finds its prefix from where it lies.
file(RELATIVE_PATH AUTHJWT_PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" AUTHJWT_PC_PREFIX "${AUTHJWT_PC_PREFIX}")
# A static library leaves its dependencies to the program that is linked with it.
set(AUTHJWT_PC_REQUIRES Requires)
if(BUILD_SHARED_LIBS)
  set(AUTHJWT_PC_REQUIRES Requires.private)
endif()
configure_file("${PROJECT_SOURCE_DIR}/cmake/authjwt.pc.in" "${PROJECT_BINARY_DIR}/authjwt.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/authjwt.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
