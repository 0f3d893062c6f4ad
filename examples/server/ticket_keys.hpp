/// @file
/// The secret that download links are signed with, in a file that all servers on a folder share.
#pragma once

#include <dataexport/api/ticket.hpp>
#include <dataexport/core/error.hpp>

#include <string>

namespace example {

/// Reads a key file; makes one with a random key, for its owner alone, if there is none. Its first line is the key, of
/// at least 16 characters. To change keys put the old one into a second line, and behind it, after a space, until when
/// it still counts: `OLDKEY 2026-01-01T00:00:00Z`.
/// @return `Errc::invalid_configuration` that names the file and what is wrong with it.
[[nodiscard]] dataexport::Result<dataexport::TicketOptions> read_ticket_keys(const std::string& path);

} // namespace example
