/// @file
/// Checks an implementation of `FileStore` against its contract.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/file_store.hpp>
#include <dataexport/testing/report.hpp>

#include <functional>
#include <memory>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// @param make gives an empty store at each call. Starts threads; writes less than 10 MB.
[[nodiscard]] Report check_file_store(const std::function<std::unique_ptr<FileStore>()>& make);

} // namespace testing
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/testing/impl/check_file_store.ipp>
#endif
