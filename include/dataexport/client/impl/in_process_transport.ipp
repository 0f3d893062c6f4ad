#pragma once

#include <dataexport/api/request_target.hpp>
#include <dataexport/api/send.hpp>
#include <dataexport/client/in_process_transport.hpp>
#include <dataexport/ports/transport.hpp>

#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

namespace detail::in_process_transport {

/// The server's side of the connection: puts together the answer.
class Receiver final : public dataexport::Transport {
public:
    Receiver(std::stop_token stop, BodySink* sink) : stop_(std::move(stop)), sink_(sink) {}

    [[nodiscard]] Result<void> head(int status, Fields fields) override {
        answer.status = status;
        for (const auto& [name, value] : fields) {
            answer.headers.add(name, value);
        }
        if (sink_ != nullptr && !sink_->begin(answer)) sink_ = nullptr;
        return ok();
    }
    [[nodiscard]] Result<void> bytes(std::string_view bytes) override {
        if (stop_.stop_requested()) return stopped();
        if (sink_ == nullptr) {
            answer.body += bytes;
        } else if (!sink_->write(bytes)) {
            return stopped();
        }
        return ok();
    }

    ApiAnswer answer;

private:
    static Error stopped() { return {Errc::cancelled, "The call was cancelled."}; }

    std::stop_token stop_;
    BodySink* sink_;
};

} // namespace detail::in_process_transport

DATAEXPORT_DECL Result<ApiAnswer> InProcessTransport::send(const ApiRequest& request, std::stop_token stop,
                                                           BodySink* sink) {
    if (stop.stop_requested()) return Error{Errc::cancelled, "The call was cancelled."};
    Request received;
    received.method = request.method;
    received.headers = request.headers;
    received.body = request.body;
    set_target(received, request.url);
    detail::in_process_transport::Receiver receiver(std::move(stop), sink);
    if (const auto sent = dataexport::send(endpoints_.handle(received), files_, receiver); !sent) return sent.error();
    return std::move(receiver.answer);
}

} // namespace client
DATAEXPORT_NAMESPACE_END
