# Sets what every target of this project is compiled with. Consumers of the library get none of it.
function(authjwt_compile_options target)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wcast-align -Wformat=2 -Wimplicit-fallthrough -Wundef
    $<$<BOOL:${AUTHJWT_WERROR}>:-Werror>)
endfunction()
