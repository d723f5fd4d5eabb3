enable_language(ASM)

# authjwt_embed_files(<target> <file>...): the bytes of the files in the program, found by their names without the
# directory: demo/embedded.hpp. The assembler copies them, so that megabytes cost no compile time.
function(authjwt_embed_files target)
  set(assembly "    .section .rodata\n")
  set(symbols "")
  set(rows "")
  set(index 0)
  foreach(file IN LISTS ARGN)
    cmake_path(GET file FILENAME name)
    set(symbol "authjwt_embedded_${index}")
    string(APPEND assembly
      "    .global ${symbol}\n    .global ${symbol}_end\n${symbol}:\n    .incbin \"${file}\"\n${symbol}_end:\n")
    string(APPEND symbols "extern char const ${symbol}[];\nextern char const ${symbol}_end[];\n")
    string(APPEND rows "    Row{\"${name}\", ${symbol}, ${symbol}_end},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  string(APPEND assembly "    .section .note.GNU-stack,\"\",%progbits\n")

  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded")
  file(CONFIGURE OUTPUT "${directory}/embedded.s" CONTENT "${assembly}" @ONLY)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/embedded.cpp.in" "${directory}/embedded.cpp" @ONLY)
  set_source_files_properties("${directory}/embedded.s" PROPERTIES OBJECT_DEPENDS "${ARGN}")
  target_sources(${target} PRIVATE "${directory}/embedded.s" "${directory}/embedded.cpp")
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
endfunction()
