/// @file
/// Sends any response through any transport.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/file_store.hpp>
#include <dataexport/ports/transport.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// Sends the head and then the body, of which at most 256 KiB are in memory at a time. A published file goes from the
/// disk to the client without copying if the store and the transport can do that.
/// @return `Errc::not_found` or `Errc::corrupt`, before anything is sent, if the file is not there or too short. Any
/// later error leaves the body incomplete: cut the connection, so that the client notices.
[[nodiscard]] Result<void> send(const Response& response, FileStore& files, Transport& transport);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/send.ipp>
#endif
