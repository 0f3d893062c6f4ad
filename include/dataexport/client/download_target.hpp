/// @file
/// Port: where a download goes.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// Port: keeps the bytes of one download, in order. `open_download_file` (client/download_file.hpp) makes a file of
/// them; `StreamTarget` passes them on.
///
/// Thread safety: one thread at a time for each object.
class DownloadTarget {
public:
    /// What is here of a download that broke off.
    struct Kept {
        std::string etag;        ///< Of the version that the bytes belong to.
        std::uint64_t bytes = 0; ///< From its beginning on.
    };

    virtual ~DownloadTarget() = default;

    /// What is here before the first `start` of this object.
    [[nodiscard]] virtual Result<Kept> kept() = 0;
    /// Reads all bytes that are here, in order.
    [[nodiscard]] virtual Result<void> read(const std::function<void(std::string_view)>& take) = 0;
    /// Forgets what is here; what comes next are the first bytes of a version. @param etag empty: it cannot be resumed.
    /// @return `Errc::unsupported` if bytes have gone where they cannot be taken back.
    [[nodiscard]] virtual Result<void> start(std::string_view etag) = 0;
    /// Adds bytes to those that are here.
    [[nodiscard]] virtual Result<void> append(std::string_view bytes) = 0;
    /// Everything is here and has been checked.
    [[nodiscard]] virtual Result<void> finish() = 0;
};

/// Passes bytes on as they come, unchecked: what the whole is worth is known when the download returns.
class StreamTarget final : public DownloadTarget {
public:
    /// @param take returns false when it cannot take more.
    explicit StreamTarget(std::function<bool(std::string_view)> take) : take_(std::move(take)) {}

    [[nodiscard]] Result<Kept> kept() override { return Kept{}; }
    [[nodiscard]] Result<void> read(const std::function<void(std::string_view)>&) override { return ok(); }
    [[nodiscard]] Result<void> start(std::string_view) override {
        if (!began_) return ok();
        return Error{Errc::unsupported, "the file has changed, and a part of it has been passed on"};
    }
    [[nodiscard]] Result<void> append(std::string_view bytes) override {
        began_ = true;
        if (take_(bytes)) return ok();
        return Error{Errc::cancelled, "nobody takes the bytes any more"};
    }
    [[nodiscard]] Result<void> finish() override { return ok(); }

private:
    std::function<bool(std::string_view)> take_;
    bool began_ = false;
};

} // namespace client
DATAEXPORT_NAMESPACE_END
