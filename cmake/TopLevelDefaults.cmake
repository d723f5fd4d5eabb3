# What is decided here only when this project is not part of another one.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(AUTHJWT_CCACHE ccache)
mark_as_advanced(AUTHJWT_CCACHE)
if(AUTHJWT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${AUTHJWT_CCACHE}")
endif()

if(AUTHJWT_SANITIZE)
  list(JOIN AUTHJWT_SANITIZE "," sanitizers)
  add_compile_options(-fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${sanitizers})
  # GCC takes the sanitizers' own code for uses of uninitialized memory.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
if(AUTHJWT_BUILD_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
