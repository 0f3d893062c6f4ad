/// @file
/// What the example server has for browsers: the web page, and logging in and out.
#pragma once

#include "server/directory.hpp"

#include <dataexport/ports/digest.hpp>

#include <httplib.h>

namespace example {

/// Puts the page and the login on a server. The directory and digest are borrowed.
/// @param https whether browsers reach the server by https alone.
void mount_browser(httplib::Server& server, const Directory& directory, const dataexport::Digest& digest, bool https);

} // namespace example
