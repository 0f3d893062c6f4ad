/// @file
/// The web page: files that are kept in the program, so that it needs none at run time.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/ports/digest.hpp>

#include <optional>
#include <span>
#include <string_view>

namespace example {

/// A file of `examples/server/page/`.
struct PageFile {
    std::string_view name;
    std::string_view content;
};

[[nodiscard]] std::span<const PageFile> page_files() noexcept;

/// The file that a path shows; none: the page has nothing there. What a document shows is found out by its script.
[[nodiscard]] const PageFile* page_file(std::string_view path) noexcept;

/// The answer to a `GET`: the file, with a policy under which a browser runs and loads nothing but these files.
[[nodiscard]] std::optional<dataexport::Response> page_answer(const dataexport::Request& request,
                                                              const dataexport::Digest& digest);

} // namespace example
