# The installed tree: headers, library, CMake package, pkg-config file, the command.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/authjwt")

install(TARGETS authjwt authjwt_restinio authjwt_httplib authjwt_testing EXPORT authjwt-targets)
if(TARGET authjwt_sqlite)
  install(TARGETS authjwt_sqlite EXPORT authjwt-targets)
endif()
if(TARGET authjwt_redis)
  install(TARGETS authjwt_redis EXPORT authjwt-targets)
endif()
if(TARGET authjwt_remote)
  install(TARGETS authjwt_remote EXPORT authjwt-targets)
endif()
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
  "${PROJECT_SOURCE_DIR}/cmake/FindHiredis.cmake"
  DESTINATION "${package_dir}")

# The tree may be moved as a whole: the file finds its prefix from where it lies.
file(RELATIVE_PATH AUTHJWT_PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" AUTHJWT_PC_PREFIX "${AUTHJWT_PC_PREFIX}")
# A static library leaves its dependencies to the program that is linked with it.
set(AUTHJWT_PC_REQUIRES Requires)
set(AUTHJWT_PC_STORE ",")
if(BUILD_SHARED_LIBS)
  set(AUTHJWT_PC_REQUIRES Requires.private)
  set(AUTHJWT_PC_STORE "\nRequires.private:")
endif()
configure_file("${PROJECT_SOURCE_DIR}/cmake/authjwt.pc.in" "${PROJECT_BINARY_DIR}/authjwt.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/authjwt.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
if(TARGET authjwt_sqlite)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/authjwt-sqlite.pc.in" "${PROJECT_BINARY_DIR}/authjwt-sqlite.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/authjwt-sqlite.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endif()
if(TARGET authjwt_redis)
  set(AUTHJWT_PC_REDIS_TLS "")
  if(TARGET Hiredis::SSL)
    set(AUTHJWT_PC_REDIS_TLS " hiredis_ssl")
  endif()
  configure_file("${PROJECT_SOURCE_DIR}/cmake/authjwt-redis.pc.in" "${PROJECT_BINARY_DIR}/authjwt-redis.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/authjwt-redis.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endif()
if(TARGET authjwt_remote)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/authjwt-remote.pc.in" "${PROJECT_BINARY_DIR}/authjwt-remote.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/authjwt-remote.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endif()
