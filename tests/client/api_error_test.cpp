#include <dataexport/client/api_error.hpp>

#include <doctest/doctest.h>

#include <chrono>

using namespace dataexport;
using namespace dataexport::client;
using namespace std::chrono_literals;

namespace {
constexpr TimePoint now = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 30s + 500ms;
} // namespace

TEST_CASE("api_error takes the detail of a body if it is a text") {
    const struct {
        std::string body;
        std::string detail;
        std::string message;
    } cases[] = {
        {R"({"detail": "Oh no!"})", "Oh no!", "Oh no!"},
        {R"({"detail": ""})", "", "The server answered 400."},
        {R"({"detail": {"message": "no"}})", "", "The server answered 400."},
        {R"({"non_field_errors": ["no"]})", "", "The server answered 400."},
        {R"(["detail"])", "", "The server answered 400."},
        {"<html>", "", "The server answered 400."},
        {"", "", "The server answered 400."},
    };
    for (const auto& row : cases) {
        CAPTURE(row.body);
        const auto error = api_error(ApiAnswer{400, {}, row.body}, now);
        CHECK(error.detail == row.detail);
        CHECK(error.error() == Error{Errc::invalid_request, row.message});
        const auto json = parse_json(row.body);
        CHECK(error.body == (json ? *json : json::value()));
    }
}

TEST_CASE("api_error gives each status its code, and says whether to try again") {
    const struct {
        int status;
        Errc code;
        bool again;
    } cases[] = {
        {302, Errc::unsupported, false},       {400, Errc::invalid_request, false},
        {401, Errc::not_authenticated, false}, {403, Errc::permission_denied, false},
        {404, Errc::not_found, false},         {408, Errc::invalid_request, false},
        {409, Errc::already_exists, false},    {410, Errc::gone, false},
        {413, Errc::too_large, false},         {429, Errc::rate_limited, true},
        {500, Errc::unavailable, true},        {503, Errc::unavailable, true},
    };
    for (const auto& row : cases) {
        CAPTURE(row.status);
        const auto error = api_error(ApiAnswer{row.status, {}, {}}, now);
        CHECK(error.status == row.status);
        CHECK(error.code == row.code);
        CHECK(retriable(error) == row.again);
    }
}

TEST_CASE("api_error of a call without answer keeps code and detail") {
    const auto error = api_error(Error{Errc::timed_out, "It took too long."});
    CHECK(error.status == 0);
    CHECK(error.error() == Error{Errc::timed_out, "It took too long."});
    CHECK(retriable(error));
    CHECK_FALSE(retriable(api_error(Error{Errc::cancelled, ""})));
    CHECK(api_error(Error{Errc::unavailable, ""}).message() == "The server cannot be reached.");
    CHECK_THROWS_AS((void)ApiResult<int>(error).value(), Exception);
}

TEST_CASE("retry_after reads seconds and dates, never negative") {
    const struct {
        std::string text;
        std::optional<std::chrono::milliseconds> wait;
    } cases[] = {
        {"0", 0ms},
        {"120", 120s},
        {"999999999", 999'999'999s},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 6500ms},
        {"Sun, 06 Nov 1994 08:49:30 GMT", 0ms},
        {"Wed, 31 Dec 1980 00:00:00 GMT", 0ms},
        {"", {}},
        {"-1", {}},
        {"1.5", {}},
        {"1000000000", {}},
        {"soon", {}},
        {"Sun, 06 Nov 1994 08:49:37 CET", {}},
        {"Sun, 06 Foo 1994 08:49:37 GMT", {}},
        {"Sun, 31 Feb 1994 08:49:37 GMT", {}},
        {"Sun, 06 Nov 1994 08:+9:37 GMT", {}},
    };
    for (const auto& row : cases) {
        CAPTURE(row.text);
        CHECK(retry_after({{"retry-after", row.text}}, now) == row.wait);
    }
    CHECK_FALSE(retry_after({}, now));
}
