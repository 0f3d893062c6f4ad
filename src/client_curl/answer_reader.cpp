#include "client_curl/answer_reader.hpp"

#include <charconv>

DATAEXPORT_NAMESPACE_BEGIN
namespace client_curl {

namespace {

constexpr std::size_t most_head = 64 * 1024;

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view space = " \t\r\n";
    const auto first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

/// The status of `HTTP/1.1 206 Partial Content`; 0 for a line that has none.
int status_of(std::string_view line) noexcept {
    const auto space = line.find(' ');
    if (space == std::string_view::npos) return 0;
    int status = 0;
    std::from_chars(line.data() + space + 1, line.data() + line.size(), status);
    return status;
}

bool is_redirect(int status) noexcept {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

} // namespace

bool AnswerReader::line(std::string_view line) {
    head_bytes_ += line.size();
    if (head_bytes_ > most_head) return refuse(End::too_large);
    if (begun_) return true;
    if (line.starts_with("HTTP/")) { // Another block may have come before: 100, 103.
        answer_ = {};
        answer_.status = status_of(line);
        return true;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return true;
    answer_.headers.add(std::string(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1))));
    return true;
}

std::string_view AnswerReader::redirect() const noexcept {
    if (!follows_ || !is_redirect(answer_.status)) return {};
    return answer_.headers.find("Location").value_or(std::string_view());
}

void AnswerReader::begin() {
    begun_ = true;
    to_sink_ = sink_ != nullptr && redirect().empty() && sink_->begin(answer_);
}

bool AnswerReader::piece(std::string_view bytes) {
    if (!begun_) begin();
    if (!redirect().empty()) return true;
    if (to_sink_) return sink_->write(bytes) || refuse(End::sink_stopped);
    if (answer_.body.size() + bytes.size() > most_body_) return refuse(End::too_large);
    answer_.body += bytes;
    return true;
}

} // namespace client_curl
DATAEXPORT_NAMESPACE_END
