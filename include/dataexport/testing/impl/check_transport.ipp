#pragma once

#include <dataexport/testing/check_transport.hpp>

#include <dataexport/api/message.hpp>

#include <cstdio>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

namespace detail::check_transport {

inline Result<void> send_head(Transport& transport, int status, std::size_t length) {
    const std::vector<std::pair<std::string, std::string>> fields{
        {"Content-Length", std::to_string(length)}, {"Content-Type", "text/csv"}, {"ETag", "\"abc\""}};
    return transport.head(status, fields);
}

inline bool has_field(const ReceivedResponse& received, std::string_view name, std::string_view value) {
    Headers headers;
    for (const auto& field : received.fields) {
        headers.add(field.first, field.second);
    }
    return headers.find(name) == value;
}

inline void check_bytes(Report& report, const TransportUnderTest& connection) {
    std::string body;
    for (int i = 0; i < 300'000; ++i) {
        body += static_cast<char>(i % 251);
    }
    auto& transport = *connection.transport;
    report.expect(send_head(transport, 206, body.size()).has_value(), "head is sent");
    bool sent = true;
    for (std::size_t at = 0, step = 1; at < body.size(); at += step, step = step * 3 + 1) {
        sent = sent && transport.bytes(std::string_view(body).substr(at, step));
    }
    report.expect(sent, "bytes are sent");
    const auto received = connection.receive();
    report.expect(received.status == 206, "the client gets the status");
    report.expect(has_field(received, "Content-Length", std::to_string(body.size())), "the client gets the length");
    report.expect(has_field(received, "Content-Type", "text/csv"), "the client gets the other fields");
    report.expect(has_field(received, "ETag", "\"abc\""), "the client gets quoted values as they are");
    report.expect(received.body == body, "the client gets all bytes in order");
}

inline void check_no_body(Report& report, const TransportUnderTest& connection) {
    report.expect(send_head(*connection.transport, 204, 0).has_value(), "a head without a body is sent");
    const auto received = connection.receive();
    report.expect(received.status == 204 && received.body.empty(), "the client gets a head without a body");
}

inline void check_file(Report& report, const TransportUnderTest& connection) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
    if (!report.expect(file != nullptr, "the test needs a temporary file")) return;
    std::fputs("0123456789", file.get());
    std::fflush(file.get());
    auto& transport = *connection.transport;
    report.expect(send_head(transport, 206, 4).has_value(), "head is sent before a file");
    const auto sent = transport.file(::fileno(file.get()), 3, 4);
    if (!report.expect(sent.has_value(), "file does not fail")) return;
    if (!*sent) report.expect(transport.bytes("3456").has_value(), "bytes follow when file cannot do it");
    report.expect(connection.receive().body == "3456", "the client gets the wanted slice of a file, once");
}

/// Buffers on the way may take some bytes after the client has gone.
inline void check_gone(Report& report, const TransportUnderTest& connection) {
    connection.hang_up();
    auto& transport = *connection.transport;
    const std::string block(1 << 20, 'x');
    auto sent = send_head(transport, 200, block.size() * 64);
    for (int i = 0; i < 64 && sent; ++i) {
        sent = transport.bytes(block);
    }
    report.expect(!sent && sent.error().code == Errc::unavailable, "a client that has gone is unavailable");
    const auto again = transport.bytes("x");
    report.expect(!again && again.error().code == Errc::unavailable, "and stays so");
}

} // namespace detail::check_transport

DATAEXPORT_DECL Report check_transport(const std::function<TransportUnderTest()>& make) {
    Report report;
    detail::check_transport::check_bytes(report, make());
    detail::check_transport::check_no_body(report, make());
    detail::check_transport::check_file(report, make());
    detail::check_transport::check_gone(report, make());
    return report;
}

} // namespace testing
DATAEXPORT_NAMESPACE_END
