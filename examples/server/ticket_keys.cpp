#include "server/ticket_keys.hpp"

#include <dataexport/core/time.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <string_view>

namespace example {

using namespace dataexport;

namespace {

std::string random_key() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::random_device device;
    std::string key;
    for (int i = 0; i < 64; ++i) {
        key += digits[device() % digits.size()];
    }
    return key;
}

/// Makes the file whole or not at all: another server may look for it at the same moment.
void make(const std::string& path) {
    const std::string draft = path + "." + std::to_string(::getpid());
    const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return;
    const std::string text = random_key() + "\n";
    const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(file);
    if (written) (void)::link(draft.c_str(), path.c_str()); // does nothing if another server was faster
    ::unlink(draft.c_str());
}

} // namespace

Result<TicketOptions> read_ticket_keys(const std::string& path) {
    constexpr std::size_t shortest = 16;
    std::ifstream file(path);
    if (!file) {
        make(path);
        file.open(path);
    }
    TicketOptions options;
    if (!std::getline(file, options.key) || options.key.size() < shortest) {
        return Error{Errc::invalid_configuration,
                     path + ": a key of at least 16 characters is needed in the first line"};
    }
    std::string line;
    if (!std::getline(file, line)) return options;
    const auto space = line.find(' ');
    const auto until = parse_iso(std::string_view(line).substr(space == std::string::npos ? line.size() : space + 1));
    if (!until || space < shortest) {
        return Error{Errc::invalid_configuration, path + ": the second line is the old key and until when it counts"};
    }
    options.previous_key = line.substr(0, space);
    options.previous_key_until = *until;
    return options;
}

} // namespace example
