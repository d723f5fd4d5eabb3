# Defines CppHttplib::CppHttplib: cpp-httplib as Debian splits it (header and shared library) or as one header.
# The library of Debian is built with TLS and compression, and its header must be compiled with the same.
include(FindPackageHandleStandardArgs)

find_path(CppHttplib_INCLUDE_DIR httplib.h)
find_library(CppHttplib_LIBRARY cpp-httplib)
mark_as_advanced(CppHttplib_INCLUDE_DIR CppHttplib_LIBRARY)
find_package_handle_standard_args(CppHttplib REQUIRED_VARS CppHttplib_INCLUDE_DIR)

if(CppHttplib_FOUND AND NOT TARGET CppHttplib::CppHttplib)
  find_package(Threads REQUIRED)
  add_library(CppHttplib::CppHttplib INTERFACE IMPORTED)
  target_include_directories(CppHttplib::CppHttplib INTERFACE "${CppHttplib_INCLUDE_DIR}")
  target_link_libraries(CppHttplib::CppHttplib INTERFACE Threads::Threads)
  if(CppHttplib_LIBRARY)
    find_package(OpenSSL REQUIRED)
    target_compile_definitions(CppHttplib::CppHttplib INTERFACE
      CPPHTTPLIB_OPENSSL_SUPPORT CPPHTTPLIB_ZLIB_SUPPORT CPPHTTPLIB_BROTLI_SUPPORT)
    target_link_libraries(CppHttplib::CppHttplib INTERFACE "${CppHttplib_LIBRARY}" OpenSSL::SSL)
  endif()
endif()
