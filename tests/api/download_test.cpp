#include <dataexport/api/download.hpp>

#include "api_world.hpp"
#include "endless_digits.hpp"
#include "support/unpack.hpp"

#include <dataexport/deflate/gzip_compressor.hpp>
#include <dataexport/zstd/zstd_compressor.hpp>

#include <doctest/doctest.h>

using namespace api_test;

namespace {

constexpr const char* digits = "0123456789";
constexpr const char* digits_etag = "\"sha256-84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882\"";

/// A finished export of jane with the file `0123456789`, and requests for it.
struct Download : ApiWorld {
    explicit Download(std::string_view content = digits) : record(finished("jane", content)) {}

    Response ask(Headers headers, std::string method = "GET") {
        return send("jane", std::move(method), export_path(record) + "?download=true", {}, std::move(headers));
    }

    ExportedData record;
};

void check_part(Download& world, const char* range, const char* content_range, const char* content) {
    CAPTURE(range);
    const auto response = world.ask({{"Range", range}});
    CHECK(response.status == 206);
    CHECK(field(response, "Content-Range") == content_range);
    CHECK(field(response, "Content-Length") == std::to_string(std::string_view(content).size()));
    CHECK(bytes(response, world.memory_files) == content);
}

void check_whole(Download& world, Headers headers) {
    const auto response = world.ask(std::move(headers));
    CHECK(response.status == 200);
    CHECK(field(response, "Content-Range") == "-");
    CHECK(field(response, "Content-Length") == "10");
    CHECK(bytes(response, world.memory_files) == digits);
}

} // namespace

TEST_CASE("H1: GET gives the whole file with its length and digest") {
    Download world;
    const auto response = world.ask({});
    CHECK(response.status == 200);
    CHECK(field(response, "Accept-Ranges") == "bytes");
    CHECK(field(response, "Content-Length") == "10");
    CHECK(field(response, "ETag") == digits_etag);
    CHECK(field(response, "Repr-Digest") == "sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:");
    CHECK(field(response, "Content-Type") == "text/csv");
    CHECK(field(response, "Content-Disposition") == "attachment; filename=\"Discover_2020-May-19_1.csv\"");
    CHECK(bytes(response, world.memory_files) == digits);
}

TEST_CASE("H2: a range gives 206 with its bytes") {
    Download world;
    check_part(world, "bytes=0-3", "bytes 0-3/10", "0123");
    CHECK(field(world.ask({{"Range", "bytes=0-3"}}), "Repr-Digest") ==
          "sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:");
}

TEST_CASE("H3: open and suffix ranges, and ranges beyond the end, are cut to the file") {
    Download world;
    check_part(world, "bytes=4-", "bytes 4-9/10", "456789");
    check_part(world, "bytes=-3", "bytes 7-9/10", "789");
    check_part(world, "bytes=-20", "bytes 0-9/10", "0123456789");
    check_part(world, "bytes=5-100", "bytes 5-9/10", "56789");
}

TEST_CASE("H4: a range after the end gives 416 and the length") {
    Download world;
    for (const char* range : {"bytes=10-", "bytes=-0", "bytes=99999999999999999999-"}) {
        CAPTURE(range);
        const auto response = world.ask({{"Range", range}});
        CHECK(response.status == 416);
        CHECK(field(response, "Content-Range") == "bytes */10");
        CHECK(field(response, "Content-Length") == "0");
        CHECK(text(response).empty());
    }
}

TEST_CASE("H5: an invalid range and an unknown unit are ignored") {
    Download world;
    for (const char* range : {"bytes=5-2", "bytes=a-b", "bytes=", "items=0-3"}) {
        CAPTURE(range);
        check_whole(world, {{"Range", range}});
    }
}

TEST_CASE("H6: the unit has no case, and an empty list member does not count") {
    Download world;
    check_part(world, "BYTES=0-3", "bytes 0-3/10", "0123");
    check_part(world, "bytes=0-3,", "bytes 0-3/10", "0123");
}

TEST_CASE("H7: several ranges give the whole file") {
    Download world;
    check_whole(world, {{"Range", "bytes=0-1,4-5"}});
    std::string many = "bytes=0-0";
    for (int i = 0; i < 999; ++i) {
        many += ",1-1";
    }
    check_whole(world, {{"Range", many}});
}

TEST_CASE("H8: If-Range with the entity tag keeps the range") {
    Download world;
    const auto response = world.ask({{"Range", "bytes=0-3"}, {"If-Range", digits_etag}});
    CHECK(response.status == 206);
    CHECK(bytes(response, world.memory_files) == "0123");
}

TEST_CASE("H9: If-Range with anything else gives the whole file") {
    Download world;
    const std::string weak = "W/" + std::string(digits_etag);
    for (const std::string& value : {std::string("\"other\""), weak, std::string("Tue, 19 May 2020 14:00:01 GMT")}) {
        CAPTURE(value);
        check_whole(world, {{"Range", "bytes=0-3"}, {"If-Range", value}});
    }
}

TEST_CASE("H10: If-None-Match that names the file gives 304 without a body") {
    Download world;
    const Headers requests[] = {
        {{"If-None-Match", digits_etag}},
        {{"If-None-Match", digits_etag}, {"Range", "bytes=0-3"}},
        {{"If-None-Match", "*"}},
    };
    for (const auto& headers : requests) {
        const auto response = world.ask(headers);
        CHECK(response.status == 304);
        CHECK(field(response, "ETag") == digits_etag);
        CHECK(text(response).empty());
    }
}

TEST_CASE("H11: If-Match that does not name the file gives 412") {
    Download world;
    CHECK(world.ask({{"If-Match", "\"other\""}}).status == 412);
    CHECK(world.ask({{"If-Match", digits_etag}}).status == 200);
}

TEST_CASE("H12: If-Match is looked at before If-None-Match") {
    Download world;
    CHECK(world.ask({{"If-None-Match", digits_etag}, {"If-Match", "\"other\""}}).status == 412);
}

TEST_CASE("H13: HEAD has the fields of the whole file and no body") {
    Download world;
    const auto response = world.ask({{"Range", "bytes=0-3"}}, "HEAD");
    CHECK(response.status == 200);
    CHECK(response.head_only);
    CHECK(field(response, "Content-Length") == "10");
    CHECK(field(response, "ETag") == digits_etag);
}

TEST_CASE("H14: a range of an empty file is ignored") {
    Download world("");
    const auto response = world.ask({{"Range", "bytes=0-"}});
    CHECK(response.status == 200);
    CHECK(field(response, "Content-Length") == "0");
    CHECK(bytes(response, world.memory_files).empty());
}

TEST_CASE("H15: a download that broke off is resumed to the right bytes") {
    Download world;
    const auto first = world.ask({});
    const auto rest = world.ask({{"Range", "bytes=7-"}, {"If-Range", field(first, "ETag")}});
    CHECK(rest.status == 206);
    const auto whole = bytes(first, world.memory_files).substr(0, 7) + bytes(rest, world.memory_files);
    CHECK(to_hex(sha256(world.digest, whole)) == world.record.file->checksum);
}

TEST_CASE("H16: after the file became another one a resumed download starts over") {
    Download world;
    const auto old_tag = field(world.ask({}), "ETag");
    const auto fence = FencingToken{1000};
    REQUIRE(world.memory_files.open_part({world.record.id, fence}, 0).has_value());
    REQUIRE(world.memory_files.append({world.record.id, fence}, "abcdefghij").has_value());
    REQUIRE(world.memory_files.sync({world.record.id, fence}).has_value());
    REQUIRE(world.memory_files.publish({world.record.id, fence}, 10).has_value());
    auto again = world.record;
    again.file->checksum = to_hex(sha256(world.digest, "abcdefghij"));
    Request request;
    request.method = "GET";
    request.headers = {{"Range", "bytes=7-"}, {"If-Range", old_tag}};
    const auto response = download(request, again);
    CHECK(response.status == 200);
    CHECK(field(response, "ETag") != old_tag);
    CHECK(bytes(response, world.memory_files) == "abcdefghij");
}

TEST_CASE("H17: a file is sent as it is stored, whatever the client could decode") {
    Download world;
    const auto response = world.ask({{"Accept-Encoding", "gzip, br"}, {"Range", "bytes=0-3"}});
    CHECK(field(response, "Content-Encoding") == "-");
    CHECK(bytes(response, world.memory_files) == "0123");
}

TEST_CASE("H17: S36: a compressed file is served as what it is, in ranges of its stored bytes") {
    struct Case {
        std::unique_ptr<Compressor> compressor;
        ExportFormat format;
        const char* type;
        const char* name;
    };
    Case cases[] = {
        {make_gzip_compressor(), ExportFormat::csv, "application/gzip", "Discover_2020-May-19_1.csv.gz"},
        {make_zstd_compressor(), ExportFormat::jsonl, "application/zstd", "Discover_2020-May-19_1.jsonl.zst"}};
    for (const auto& [compressor, format, type, name] : cases) {
        const auto unpack = compressor->kind() == Compression::gzip ? unpack_gzip : unpack_zstd;
        const std::string piece(100'000, '=');
        std::string stored;
        REQUIRE(compressor->compress(piece, stored).has_value());
        const auto first_member = stored.size();
        REQUIRE(compressor->compress("the end\n", stored).has_value());

        ApiWorld world;
        const auto record = world.finished("jane", stored, format, compressor->kind());
        const auto ask = [&, name = export_path(record) + "?download"](Headers headers) {
            return world.get("jane", name, std::move(headers));
        };
        const auto whole = ask({{"Accept-Encoding", "gzip, zstd"}});
        CHECK(whole.status == 200);
        CHECK(field(whole, "Content-Type") == type);
        CHECK(field(whole, "Content-Encoding") == "-");
        CHECK(field(whole, "Content-Disposition") == "attachment; filename=\"" + std::string(name) + '"');
        CHECK(field(whole, "Content-Length") == std::to_string(stored.size()));
        CHECK(field(whole, "ETag") == "\"sha256-" + to_hex(sha256(world.digest, stored)) + '"');
        CHECK(unpack(bytes(whole, world.memory_files)) == piece + "the end\n");

        const auto last = ask({{"Range", "bytes=" + std::to_string(first_member) + '-'}});
        CHECK(last.status == 206);
        CHECK(field(last, "Content-Type") == type);
        CHECK(field(last, "Content-Encoding") == "-");
        CHECK(unpack(bytes(last, world.memory_files)) == "the end\n");
        const auto begun = bytes(ask({{"Range", "bytes=0-9"}}), world.memory_files);
        const auto rest = bytes(ask({{"Range", "bytes=10-"}, {"If-Range", field(whole, "ETag")}}), world.memory_files);
        CHECK(begun + rest == stored);
    }
}

TEST_CASE("H18: offsets beyond 4 GiB name the right bytes") {
    ApiWorld world;
    EndlessDigits endless;
    world.files = &endless;
    const auto queued = world.finished_as("jane", EndlessDigits::total);
    const auto response =
        world.get("jane", export_path(queued) + "?download", {{"Range", "bytes=5000000000-5000000009"}});
    CHECK(response.status == 206);
    CHECK(field(response, "Content-Range") == "bytes 5000000000-5000000009/6000000000");
    CHECK(bytes(response, endless) == "0123456789");
}

TEST_CASE("S27: a file never runs in the browser: attachment, exact type, nosniff, sandbox") {
    for (const auto format : {ExportFormat::csv, ExportFormat::jsonl}) {
        ApiWorld world;
        const auto record = world.finished("jane", "<script>alert(1)</script>", format);
        const auto response = world.get("jane", export_path(record) + "?download=1");
        CHECK(field(response, "Content-Disposition").starts_with("attachment; "));
        CHECK(field(response, "Content-Type") == content_type(format));
        CHECK(field(response, "X-Content-Type-Options") == "nosniff");
        CHECK(field(response, "Content-Security-Policy") == "sandbox");
        CHECK(field(response, "Referrer-Policy") == "no-referrer");
    }
}

TEST_CASE("S28: no shared cache may keep a download, whatever its status") {
    Download world;
    const Headers requests[] = {
        {}, {{"Range", "bytes=0-3"}}, {{"Range", "bytes=10-"}}, {{"If-None-Match", "*"}}, {{"If-Match", "\"other\""}}};
    for (const auto& headers : requests) {
        CHECK(field(world.ask(headers), "Cache-Control") == "private, no-store");
    }
}

TEST_CASE("download counts each request for the file once") {
    Download world;
    CHECK(world.ask({}).status == 200);
    CHECK(world.ask({{"Range", "bytes=0-3"}}).status == 206);
    CHECK(world.telemetry.count_of("dataexport.download") == 2);
    CHECK(world.telemetry.counted().back().labels ==
          RecordingTelemetry::Labels{{"query_type", "Discover"}, {"format", "csv"}});
    CHECK(world.get("jane", export_path(world.record)).status == 200);
    CHECK(world.telemetry.count_of("dataexport.download") == 2);
}
