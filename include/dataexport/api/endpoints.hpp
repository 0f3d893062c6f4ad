/// @file
/// The HTTP API as a function from requests to responses.
#pragma once

#include <dataexport/api/api_context.hpp>
#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// Answers requests for exports. It knows no framework: the glue of one converts, calls `handle`, and sends.
///
/// | path below `/api/0/organizations/{id or slug}/` | methods |
/// |---|---|
/// | `data-export/` | `POST` creates, `GET` lists |
/// | `data-export/{id}/` | `GET` shows, or sends the file with `?download`; `DELETE` removes |
/// | `data-export/{id}/manifest/` | `GET` |
/// | `data-export/{id}/retry/` | `POST` |
/// | `data-export/{id}/ticket/` | `POST`; the link it gives is `data-export/{id}/?download&ticket=...` |
///
/// `HEAD` goes wherever `GET` goes. The last `/` may be left out.
///
/// Thread safety: may be used from any number of threads at the same time.
class Endpoints {
public:
    /// @pre `authenticate` is callable; what it and `options` hold may be called from several threads.
    Endpoints(const ApiPorts& ports, Authenticator authenticate, const ApiOptions& options = {});

    /// Answers one request. Other paths get 404 without a body; what a function of the host throws becomes a 500.
    [[nodiscard]] Response handle(const Request& request) const;

    /// Bodies beyond this many bytes need not be read: they are refused.
    [[nodiscard]] std::size_t max_body_bytes() const noexcept { return context_.options.limits.max_body_bytes; }

private:
    [[nodiscard]] Response answer(const Request& request) const;

    Authenticator authenticate_;
    ApiContext context_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/endpoints.ipp>
#endif
