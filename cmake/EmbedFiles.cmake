# Writes a C++ source that holds the bytes of files: the body of `example::page_files`.
# Usage: cmake -DOUTPUT=page_files.cpp "-DFILES=a.html;b.css" -P EmbedFiles.cmake
set(arrays "")
set(entries "")
set(index 0)
foreach(file IN LISTS FILES)
    cmake_path(GET file FILENAME name)
    file(READ "${file}" bytes HEX)
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
    string(APPEND arrays "constexpr char file_${index}[] = {${bytes}};\n")
    string(APPEND entries "    PageFile{\"${name}\", {file_${index}, sizeof file_${index}}},\n")
    math(EXPR index "${index} + 1")
endforeach()
file(WRITE "${OUTPUT}" "#include \"server/page.hpp\"

namespace example {
namespace {
${arrays}
constexpr PageFile files[] = {
${entries}};
} // namespace

std::span<const PageFile> page_files() noexcept { return files; }

} // namespace example
")
