# authjwt_add_library(<name> <sources> <library>...): authjwt::<name> beside the core, of the sources that a pattern names;
# what is linked shows in none of its headers.
function(authjwt_add_library name pattern)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${pattern}")
  add_library(authjwt_${name} ${sources})
  add_library(authjwt::${name} ALIAS authjwt_${name})
  target_include_directories(authjwt_${name} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(authjwt_${name} PUBLIC authjwt PRIVATE ${ARGN} Threads::Threads)
  set_target_properties(authjwt_${name} PROPERTIES
    EXPORT_NAME ${name}
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    POSITION_INDEPENDENT_CODE ON
    VISIBILITY_INLINES_HIDDEN ON)
  authjwt_compile_options(authjwt_${name})
endfunction()
