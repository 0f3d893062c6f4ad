/// @file
/// HTTP messages as plain values. The endpoints take and give these; the glue of a framework converts them.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/ids.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail {
/// Whether two names are the same; the case of ASCII letters does not count.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
} // namespace detail

/// Header fields in order. Names compare without regard to case (RFC 9110, section 5.1).
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

    void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
    /// Replaces every field of this name.
    void set(std::string_view name, std::string value);
    /// The value of the first field of this name. Valid until the headers change.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

    [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
    [[nodiscard]] auto end() const noexcept { return fields_.end(); }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

/// A request, with its parts already decoded by the framework.
struct Request {
    std::string method; ///< Upper case: `GET`, `HEAD`, `POST`, `DELETE`.
    std::string path;   ///< Percent-decoded, without the query: `/api/0/organizations/acme/data-export/`.
    std::vector<std::pair<std::string, std::string>> query; ///< URL parameters, decoded, in order.
    Headers headers;
    std::string body;

    /// The first URL parameter of this name.
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const noexcept;
};

/// A slice of a published file as a body.
struct FileBody {
    ExportId file;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// The answer to a request. The body's length is always known, and is in `Content-Length`.
struct Response {
    int status = 200;
    Headers headers;
    std::variant<std::string, FileBody>
        body;               ///< For `HEAD` the body that `GET` would have; the transport leaves it out.
    bool head_only = false; ///< Whether the body is to be left out.
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/message.ipp>
#endif
