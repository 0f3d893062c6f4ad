#include "server/settings.hpp"

#include <dataexport/core/parse_integer.hpp>

#include <array>
#include <cstdint>
#include <optional>

namespace example {

using dataexport::Errc;
using dataexport::Error;
using dataexport::OnLimit;
using dataexport::ReadPolicy;
using dataexport::Result;

namespace {

/// A whole number from 1 on.
template <class Number>
bool read_number(std::string_view text, Number& number) {
    constexpr std::uint64_t most = 1'000'000'000'000;
    const auto value = dataexport::parse_integer<std::uint64_t>(text);
    if (!value || *value == 0 || *value > most) return false;
    number = static_cast<Number>(*value);
    return true;
}

bool read_level(std::string_view text, std::uint64_t most, int& level) {
    std::uint64_t value = 0;
    if (!read_number(text, value) || value > most) return false;
    level = static_cast<int>(value);
    return true;
}

template <class Duration>
bool read_seconds(std::string_view text, Duration& duration) {
    std::int64_t seconds = 0;
    constexpr std::int64_t most = std::int64_t{100} * 366 * 24 * 3600;
    if (!read_number(text, seconds) || seconds > most) return false;
    duration = std::chrono::seconds{seconds};
    return true;
}

/// `none`, or a whole number from 1 on.
template <class Number>
bool read_limit(std::string_view text, std::optional<Number>& limit) {
    limit.reset();
    return text == "none" || read_number(text, limit.emplace());
}

template <class Choice>
struct Named {
    std::string_view name;
    Choice value;
};

template <class Choice, std::size_t N>
bool read_choice(std::string_view text, const std::array<Named<Choice>, N>& choices, Choice& choice) {
    for (const auto& named : choices) {
        if (named.name == text) {
            choice = named.value;
            return true;
        }
    }
    return false;
}

bool read_permission(std::string_view text, bool& allowed) {
    return read_choice(text, std::array{Named<bool>{"refuse", false}, Named<bool>{"allow", true}}, allowed);
}

struct Setting {
    std::string_view name;
    std::string_view standard; ///< The default, as text.
    std::string_view meaning;
    bool (*read)(std::string_view text, Settings& settings);
};

constexpr std::array settings_table{
    Setting{"max_rows", "10000000", "rows of any export at most; one that has more is cut there and says so",
            [](std::string_view text, Settings& s) {
                return read_number(text, s.limits.max_rows) && read_number(text, s.request.max_rows);
            }},
    Setting{"max_file_bytes", "none", "bytes of any file at most; it ends with the row that reaches them",
            [](std::string_view text, Settings& s) { return read_limit(text, s.limits.max_bytes); }},
    Setting{"organization_bytes", "none", "bytes of all files of an organization at most",
            [](std::string_view text, Settings& s) {
                return read_limit(text, s.limits.organization_bytes) && read_limit(text, s.quota.bytes_of_organization);
            }},
    Setting{"on_limit", "cut", "what becomes of an export that reaches one of the limits above: cut or fail",
            [](std::string_view text, Settings& s) {
                return read_choice(
                    text, std::array{Named<OnLimit>{"cut", OnLimit::cut}, Named<OnLimit>{"fail", OnLimit::fail}},
                    s.limits.on_limit);
            }},
    Setting{"live_exports_of_user", "none", "queued and running exports of a user at most; more are refused",
            [](std::string_view text, Settings& s) { return read_limit(text, s.quota.live_of_user); }},
    Setting{"live_exports_of_organization", "none", "the same of an organization",
            [](std::string_view text, Settings& s) { return read_limit(text, s.quota.live_of_organization); }},
    Setting{"running_exports_of_user", "none", "running exports of a user at most; more wait",
            [](std::string_view text, Settings& s) { return read_limit(text, s.running.of_user); }},
    Setting{"running_exports_of_organization", "none", "the same of an organization",
            [](std::string_view text, Settings& s) { return read_limit(text, s.running.of_organization); }},
    Setting{"api_max_rows", "10000", "rows at most of an export that an API token asks for",
            [](std::string_view text, Settings& s) { return read_number(text, s.request.api_max_rows); }},
    Setting{"max_fields", "20", "columns of a Discover export at most",
            [](std::string_view text, Settings& s) { return read_number(text, s.discover.max_fields); }},
    Setting{"max_query_bytes", "16384", "bytes of a search query at most",
            [](std::string_view text, Settings& s) { return read_number(text, s.discover.max_query_bytes); }},
    Setting{"max_body_bytes", "1048576", "bytes of a request body at most",
            [](std::string_view text, Settings& s) { return read_number(text, s.request.max_body_bytes); }},
    Setting{"batch_rows", "10000", "rows to fetch at once",
            [](std::string_view text, Settings& s) { return read_number(text, s.limits.batch_rows); }},
    Setting{"chunk_bytes", "8388608", "bytes to gather before they are stored and a checkpoint is made",
            [](std::string_view text, Settings& s) { return read_number(text, s.limits.chunk_bytes); }},
    Setting{"readers", "none", "threads that read ahead for one large export; 0: none; none: one for each core",
            [](std::string_view text, Settings& s) {
                if (text == "0") s.limits.readers = 0;
                return text == "0" || read_limit(text, s.limits.readers);
            }},
    Setting{"expiration_seconds", "2419200", "how long a finished file can be downloaded",
            [](std::string_view text, Settings& s) { return read_seconds(text, s.limits.expiration); }},
    Setting{"retention_seconds", "none", "how long a record is kept after its export expired or failed",
            [](std::string_view text, Settings& s) {
                s.limits.retention.reset();
                return text == "none" || read_seconds(text, s.limits.retention.emplace());
            }},
    Setting{"ticket_seconds", "300", "how long a download link is good for those who are not logged in",
            [](std::string_view text, Settings& s) { return read_seconds(text, s.ticket_lifetime); }},
    Setting{"lease_seconds", "30", "how long an export waits for a worker that gives no sign of life",
            [](std::string_view text, Settings& s) { return read_seconds(text, s.lease); }},
    Setting{"poll_milliseconds", "500", "how often an idle worker looks for what another process has queued",
            [](std::string_view text, Settings& s) {
                std::int64_t milliseconds = 0;
                if (!read_number(text, milliseconds)) return false;
                s.poll = std::chrono::milliseconds{milliseconds};
                return true;
            }},
    Setting{"retries", "3", "how often an export is tried again after an error that may pass",
            [](std::string_view text, Settings& s) { return read_number(text, s.retry.retries); }},
    Setting{"lost_leases", "30", "how often an export is taken up again after its worker vanished",
            [](std::string_view text, Settings& s) { return read_number(text, s.retry.lost_leases); }},
    Setting{"retry_seconds", "30", "the wait before the first retry; it doubles each time",
            [](std::string_view text, Settings& s) { return read_seconds(text, s.retry.first_delay); }},
    Setting{"retry_seconds_at_most", "300", "the longest wait before a retry",
            [](std::string_view text, Settings& s) { return read_seconds(text, s.retry.longest_delay); }},
    Setting{"read_policy", "owner", "who may read an export besides event:admin: owner or organization",
            [](std::string_view text, Settings& s) {
                return read_choice(text,
                                   std::array{Named<ReadPolicy>{"owner", ReadPolicy::owner},
                                              Named<ReadPolicy>{"organization", ReadPolicy::organization}},
                                   s.read_policy);
            }},
    Setting{"formula_guard", "escape", "text in CSV that a spreadsheet would run: escape, off or reject",
            [](std::string_view text, Settings& s) {
                if (text != "escape" && text != "off" && text != "reject") return false;
                s.formula_guard = text;
                return true;
            }},
    Setting{"gzip_level", "1", "effort for files in gzip: from 1, the fastest, to 12, the smallest",
            [](std::string_view text, Settings& s) { return read_level(text, 12, s.gzip.level); }},
    Setting{"zstd_level", "1", "effort for files in zstd: from 1, the fastest, to 19, the smallest",
            [](std::string_view text, Settings& s) { return read_level(text, 19, s.zstd.level); }},
    Setting{"webhook_http", "refuse", "whether messages to a webhook may travel in the clear: refuse or allow",
            [](std::string_view text, Settings& s) { return read_permission(text, s.webhook_http); }},
    Setting{"webhook_private_addresses", "refuse",
            "whether they may go to this machine and its network: refuse or allow",
            [](std::string_view text, Settings& s) { return read_permission(text, s.webhook_private_addresses); }},
};

} // namespace

Result<void> Settings::set(std::string_view assignment) {
    const auto equals = assignment.find('=');
    const auto name = assignment.substr(0, equals);
    for (const auto& setting : settings_table) {
        if (setting.name != name) continue;
        if (equals != std::string_view::npos && setting.read(assignment.substr(equals + 1), *this))
            return dataexport::ok();
        return Error{Errc::invalid_configuration, "--set " + std::string(assignment) + ": not a value for " +
                                                      std::string(name) + " (" + std::string(setting.meaning) + ")"};
    }
    return Error{Errc::invalid_configuration, "--set " + std::string(assignment) + ": there is no setting " +
                                                  std::string(name) + "; --help lists them"};
}

std::string Settings::help() {
    std::string lines = "Settings for --set NAME=VALUE, with their defaults:\n";
    for (const auto& setting : settings_table) {
        std::string line = "  " + std::string(setting.name) + "=" + std::string(setting.standard);
        line.append(line.size() < 40 ? 40 - line.size() : 1, ' ');
        lines += line + std::string(setting.meaning) + "\n";
    }
    return lines;
}

} // namespace example
