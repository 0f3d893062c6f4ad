#pragma once

#include <dataexport/dataexport.hpp>

// What a framework gives to its handlers. Yours has other names for it.
namespace web {

using Fields = std::span<const std::pair<std::string, std::string>>;

class Exchange {
public:
    virtual ~Exchange() = default;
    virtual std::string_view method() const = 0;
    virtual std::string_view target() const = 0; // "/a%20b?c=d", as the client sent it
    virtual Fields fields() const = 0;
    virtual std::string_view read() = 0;               // the next piece of the body; empty at its end
    virtual bool begin(int status, Fields fields) = 0; // false: the client has gone
    virtual bool write(std::string_view bytes) = 0;    // returns when the socket has them; false: as above
    virtual void cut() = 0;                            // closes the connection at once
};

} // namespace web

// The glue.
namespace web_glue {

using namespace dataexport;

/// Carries an answer to the client.
class WebTransport final : public Transport {
public:
    explicit WebTransport(web::Exchange& exchange) : exchange_(exchange) {}

    Result<void> head(int status, Fields fields) override { return result(exchange_.begin(status, fields)); }
    Result<void> bytes(std::string_view bytes) override { return result(exchange_.write(bytes)); }

private:
    static Result<void> result(bool is_taken) {
        if (!is_taken) return Error{Errc::unavailable, "the client has gone"};
        return ok();
    }

    web::Exchange& exchange_;
};

/// Reads all of a body and keeps one byte more than the endpoints accept, for them to refuse.
inline std::string read_body(web::Exchange& exchange, std::size_t most) {
    std::string body;
    for (auto piece = exchange.read(); !piece.empty(); piece = exchange.read()) {
        body += piece.substr(0, most + 1 - body.size());
    }
    return body;
}

/// The handler of the framework for /api/0/organizations/ORGANIZATION/data-export/ and all paths below it.
inline void serve(web::Exchange& exchange, const Endpoints& endpoints, FileStore& files) {
    Request request;
    request.method = exchange.method();
    set_target(request, exchange.target()); // decodes path and parameters; leave it out if the framework has done that
    for (const auto& [name, value] : exchange.fields()) {
        request.headers.add(name, value);
    }
    request.body = read_body(exchange, endpoints.max_body_bytes());

    WebTransport transport(exchange);
    const auto sent = send(endpoints.handle(request), files, transport);
    if (!sent) exchange.cut(); // or the client would wait for the rest, or take a part for all of it
}

} // namespace web_glue
