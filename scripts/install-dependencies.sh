#!/bin/sh
# Installs what the build and the tests need, on Debian 12 or newer, as root or with sudo. Does nothing when all of it is
# there. With `build`: only what the programs need.
set -eu

packages="
    g++ cmake ninja-build ccache pkg-config python3 curl
    libboost-json1.81-dev libsqlite3-dev libssl-dev libcpp-httplib-dev libcli11-dev doctest-dev
    libmicrohttpd-dev libcurl4-openssl-dev prometheus-cpp-dev libbenchmark-dev libdeflate-dev libzstd-dev
"
# What only the tests need: the second compiler with its sanitizers, the checkers of style, a mail server, zlib to
# unpack what is compressed without it, and a browser.
test_packages="clang libclang-rt-14-dev llvm clang-format clang-tidy openssl python3-aiosmtpd zlib1g-dev
    chromium chromium-driver"

case "${1:-}" in
    build) ;;
    "") packages="$packages $test_packages" ;;
    *)
        echo "usage: $0 [build]" >&2
        exit 2
        ;;
esac

missing=""
for package in $packages; do
    if ! dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed; then
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo"
fi
export DEBIAN_FRONTEND=noninteractive
echo "installing:$missing" >&2
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >&2
