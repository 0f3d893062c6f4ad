/// @file
/// A certificate that nobody trusts unless told to.
#pragma once

#include "filesystem/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

/// Made by `openssl`, for the address 127.0.0.1 alone.
class Certificate {
public:
    Certificate() {
        const std::string command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
                                    "-subj /CN=test -addext subjectAltName=IP:127.0.0.1 -keyout '" +
                                    key() + "' -out '" + file() + "' 2>/dev/null";
        REQUIRE(std::system(command.c_str()) == 0);
    }

    [[nodiscard]] std::string file() const { return (folder_.path() / "certificate.pem").string(); }
    [[nodiscard]] std::string key() const { return (folder_.path() / "key.pem").string(); }

private:
    TemporaryFolder folder_;
};
