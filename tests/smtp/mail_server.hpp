/// @file
/// Runs `mail_server.py`.
#pragma once

#include <dataexport/core/json.hpp>

#include <doctest/doctest.h>

#include "support/source_folder.hpp"

#include <array>
#include <initializer_list>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace smtp_test {

/// A mail server that runs until its messages are asked for.
class MailServer {
public:
    MailServer(std::initializer_list<std::string> arguments = {}) {
        // The system's own interpreter: it has aiosmtpd.
        std::vector<std::string> words{"/usr/bin/python3",
                                       support::source_folder + std::string("/tests/smtp/mail_server.py")};
        words.insert(words.end(), arguments);
        std::vector<char*> pointers;
        for (auto& word : words) {
            pointers.push_back(word.data());
        }
        pointers.push_back(nullptr);
        std::array<int, 2> in{}, out{};
        REQUIRE(::pipe2(in.data(), O_CLOEXEC) == 0);
        REQUIRE(::pipe2(out.data(), O_CLOEXEC) == 0);
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, in[0], 0);
        ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        const int spawned = ::posix_spawn(&process_, words[0].c_str(), &actions, nullptr, pointers.data(), environ);
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(in[0]);
        ::close(out[1]);
        to_server_ = in[1];
        from_server_ = out[0];
        REQUIRE(spawned == 0);
        const auto line = read_line();
        REQUIRE_MESSAGE(!line.empty(), "the mail server did not start: is python3-aiosmtpd installed?");
        port_ = std::stoi(line);
    }
    ~MailServer() { stop(); }
    MailServer(const MailServer&) = delete;
    MailServer& operator=(const MailServer&) = delete;

    [[nodiscard]] int port() const { return port_; }

    /// Ends the server. @return everything that it said, in order.
    std::vector<boost::json::object> stop() {
        std::vector<boost::json::object> said;
        if (process_ == 0) return said;
        ::close(to_server_);
        for (auto line = read_line(); !line.empty(); line = read_line()) {
            said.push_back(dataexport::parse_json(line).value().as_object());
        }
        ::close(from_server_);
        int status = 0;
        ::waitpid(process_, &status, 0);
        CHECK(status == 0);
        process_ = 0;
        return said;
    }

private:
    /// Empty at the end.
    [[nodiscard]] std::string read_line() const {
        std::string line;
        char c = 0;
        while (::read(from_server_, &c, 1) == 1 && c != '\n') {
            line += c;
        }
        return line;
    }

    pid_t process_ = 0;
    int to_server_ = -1;
    int from_server_ = -1;
    int port_ = 0;
};

} // namespace smtp_test
