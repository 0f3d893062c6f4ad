/// @file
/// Takes an answer as libcurl gives it: header lines, then bytes.
#pragma once

#include <dataexport/client/transport.hpp>
#include <dataexport/core/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace client_curl {

/// Keeps the last block of header lines and hands the body to the sink, if the sink wants it.
class AnswerReader {
public:
    enum class End { not_yet, too_large, sink_stopped };

    /// @param follows whether redirects are followed: their bodies are for nobody.
    AnswerReader(client::BodySink* sink, std::size_t most_body, bool follows)
        : sink_(sink), most_body_(most_body), follows_(follows) {}

    /// Takes a line of the head, with its end. @return false: the answer is refused.
    [[nodiscard]] bool line(std::string_view line);
    /// Takes a piece of the body. @return false: the answer is refused, or the sink has had enough.
    [[nodiscard]] bool piece(std::string_view bytes);
    /// The answer has come to its end: a sink that got no byte learns of it.
    void finish() {
        if (!begun_) begin();
    }

    /// Where a redirect that is to be followed leads; empty for every other answer.
    [[nodiscard]] std::string_view redirect() const noexcept;
    [[nodiscard]] const client::ApiAnswer& answer() const noexcept { return answer_; }
    [[nodiscard]] client::ApiAnswer take() noexcept { return std::move(answer_); }
    [[nodiscard]] End end() const noexcept { return end_; }

private:
    void begin();
    [[nodiscard]] bool refuse(End end) noexcept {
        end_ = end;
        return false;
    }

    client::BodySink* sink_;
    std::size_t most_body_;
    bool follows_;
    client::ApiAnswer answer_;
    std::size_t head_bytes_ = 0;
    bool begun_ = false;   ///< The body has; lines that follow are trailers.
    bool to_sink_ = false; ///< Where the body goes.
    End end_ = End::not_yet;
};

} // namespace client_curl
DATAEXPORT_NAMESPACE_END
