#include "guide_glue.hpp"

#include "guide_server.hpp"
#include "http_suite.hpp"

#include <doctest/doctest.h>

using namespace http_test;

namespace {

void serve_by_the_guide(ApiWorld& world, const std::function<void(const Address&)>& use) {
    const auto endpoints = world.endpoints();
    const GuideServer server([&](web::Exchange& exchange) { web_glue::serve(exchange, endpoints, *world.files); });
    use(server.address());
}

} // namespace

TEST_CASE("The glue of docs/embedding.md: the HTTP contract over a socket") { check_http(&serve_by_the_guide); }
TEST_CASE("The glue of docs/embedding.md: files on disk over a socket") { check_http_on_disk(&serve_by_the_guide); }
TEST_CASE("The glue of docs/embedding.md: requests that come all at once are answered in order") {
    check_pipeline(&serve_by_the_guide);
}
