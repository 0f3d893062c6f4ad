/// @file
/// `Transport` that keeps what it is given.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/transport.hpp>

#include <string>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Plays a connection and the client at its end.
class MemoryTransport final : public Transport {
public:
    /// @param takes_files whether it sends open files itself.
    explicit MemoryTransport(bool takes_files = false) : takes_files_(takes_files) {}

    [[nodiscard]] Result<void> head(int status, Fields fields) override;
    [[nodiscard]] Result<void> bytes(std::string_view bytes) override;
    [[nodiscard]] Result<bool> file(int descriptor, std::uint64_t offset, std::uint64_t length) override;

    /// Lets the client go after it has received `more` further bytes of the body.
    void hang_up(std::size_t more = 0) { room_ = more; }

    /// What the client has received: 0, none and nothing before the head.
    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& fields() const noexcept { return fields_; }
    [[nodiscard]] const std::string& body() const noexcept { return body_; }
    /// How many bytes of the body came from open files.
    [[nodiscard]] std::uint64_t bytes_from_files() const noexcept { return bytes_from_files_; }

private:
    bool takes_files_;
    std::size_t room_ = static_cast<std::size_t>(-1);
    int status_ = 0;
    std::vector<std::pair<std::string, std::string>> fields_;
    std::string body_;
    std::uint64_t bytes_from_files_ = 0;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/memory/impl/memory_transport.ipp>
#endif
