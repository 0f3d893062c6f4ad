#include <dataexport/client/api_path.hpp>

#include <doctest/doctest.h>

using namespace dataexport;
using namespace dataexport::client;

namespace {

struct Shop {
    static constexpr std::string_view patterns[] = {"/", "/orders/$orderId", "/shops/$shopId/orders/$orderId/"};
};

std::string order_path(std::string_view value) {
    return api_path<Shop>("/orders/$orderId", path<"orderId">(value)).text;
}

} // namespace

TEST_CASE("api_path puts parameters in their places, in whatever order they are given") {
    CHECK(api_path<Shop>("/").text == "/");
    CHECK(api_path<Shop>("/shops/$shopId/orders/$orderId/", path<"orderId">(7), path<"shopId">("acme")).text ==
          "/shops/acme/orders/7/");
    CHECK(api_path("/organizations/$organizationIdOrSlug/data-export/$dataExportId/",
                   path<"organizationIdOrSlug">(OrganizationId{1}), path<"dataExportId">(ExportId{9007199254740991}))
              .text == "/organizations/1/data-export/9007199254740991/");
}

TEST_CASE("api_path keeps every value within its segment") {
    CHECK(order_path("a/b?c=d#e") == "/orders/a%2Fb%3Fc%3Dd%23e");
    CHECK(order_path("50% \r\n") == "/orders/50%25%20%0D%0A");
    CHECK(order_path("$orderId") == "/orders/%24orderId");
    CHECK(order_path("\xC3\xA9-._~") == "/orders/%C3%A9-._~");
    CHECK(order_path("...") == "/orders/...");
}

TEST_CASE("api_path refuses values that are no segment") {
    for (const std::string_view value : {"", ".", ".."}) {
        CAPTURE(value);
        const auto refused = api_path<Shop>("/orders/$orderId", path<"orderId">(value));
        CHECK(refused.text.empty());
        CHECK(refused.refused == Error{Errc::invalid_request, "The path parameter orderId is not valid."});
    }
}

TEST_CASE("api_path with skip is refused as cancelled") {
    const auto skipped = api_path<Shop>("/orders/$orderId", skip);
    CHECK(skipped.text.empty());
    CHECK(skipped.refused.value().code == Errc::cancelled);
}
