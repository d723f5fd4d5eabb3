# Defines Hiredis::Hiredis, and Hiredis::SSL where the hiredis that is found has TLS (1.0 and newer).
include(FindPackageHandleStandardArgs)

find_path(Hiredis_INCLUDE_DIR hiredis/hiredis.h)
find_library(Hiredis_LIBRARY hiredis)
find_library(Hiredis_SSL_LIBRARY hiredis_ssl)
mark_as_advanced(Hiredis_INCLUDE_DIR Hiredis_LIBRARY Hiredis_SSL_LIBRARY)
find_package_handle_standard_args(Hiredis REQUIRED_VARS Hiredis_LIBRARY Hiredis_INCLUDE_DIR)

if(Hiredis_FOUND AND NOT TARGET Hiredis::Hiredis)
  add_library(Hiredis::Hiredis UNKNOWN IMPORTED)
  set_target_properties(Hiredis::Hiredis PROPERTIES
    IMPORTED_LOCATION "${Hiredis_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${Hiredis_INCLUDE_DIR}")
  if(Hiredis_SSL_LIBRARY AND EXISTS "${Hiredis_INCLUDE_DIR}/hiredis/hiredis_ssl.h")
    find_package(OpenSSL REQUIRED)
    add_library(Hiredis::SSL UNKNOWN IMPORTED)
    set_target_properties(Hiredis::SSL PROPERTIES IMPORTED_LOCATION "${Hiredis_SSL_LIBRARY}")
    set_property(TARGET Hiredis::SSL PROPERTY INTERFACE_LINK_LIBRARIES Hiredis::Hiredis OpenSSL::SSL)
  endif()
endif()
