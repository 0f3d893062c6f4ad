#include <dataexport/mail/message.hpp>

#include "mail/ended_exports.hpp"

#include <doctest/doctest.h>

using namespace dataexport;

namespace {

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

} // namespace

TEST_CASE("model-015: compose_success says where the download is and when it expires") {
    const auto message = compose_success(finished(), "https://example.com");
    CHECK(message.key == "27-success");
    CHECK(message.to == "jane@example.com");
    CHECK(message.subject == "Your data is ready.");
    CHECK(message.date == at("2020-07-21T12:21:00Z"));
    CHECK(message.text == "Your Download is Ready!\n"
                          "\n"
                          "We've finished assembling your download, check it out by clicking the link below:\n"
                          "\n"
                          "https://example.com/organizations/acme/data-export/27/\n"
                          "\n"
                          "The download file will expire at 12:21 PM on August 18, 2020 (UTC)\n");
    CHECK(compose_success(finished(), "https://example.com/").text == message.text);
}

TEST_CASE("compose_success lists what the export warns of, so that it is never silently short") {
    auto record = finished();
    add_warning(record.warnings, "row_limit", "The file ends after 1000 rows; there were more.");
    add_warning(record.warnings, "formula_guarded", "Text that looked like a formula got a quote in front.", 15);
    const auto text = compose_success(record, "https://example.com").text;
    CHECK(text.ends_with("(UTC)\n"
                         "\n"
                         "Please note:\n"
                         "- The file ends after 1000 rows; there were more.\n"
                         "- Text that looked like a formula got a quote in front. (15 times)\n"));
}

TEST_CASE("model-018: compose_failure has the error, the payload as compact JSON and the date of creation") {
    const auto message = compose_failure(failed("failed to export data!"));
    CHECK(message.key == "27-failure");
    CHECK(message.subject == "We couldn't export your data.");
    CHECK(message.text == "We couldn't export your data.\n"
                          "\n"
                          "Well, this is a little awkward.\n"
                          "\n"
                          "The data export that you created at 9:05 AM on July 21, 2020 (UTC) didn't work. Sorry about "
                          "that.\n"
                          "\n"
                          "It looks like there was an error:\n"
                          "\n"
                          "failed to export data!\n"
                          "\n"
                          "This is what you sent us. Maybe it'll help you sort this out.\n"
                          "\n"
                          R"({"env":"test","export_type":"Issues-by-Tag"})"
                          "\n"
                          "\n"
                          "Need a little more help?\n"
                          "\n"
                          "https://docs.sentry.io/ (Documentation)\n"
                          "https://www.sentry.help/ (Help Center)\n");
}

TEST_CASE("model-020: compose_failure has the parts that both renderings of the reference share") {
    const auto message = compose_failure(failed("Something went wrong!"));
    CHECK(message.subject == "We couldn't export your data.");
    for (const auto* part :
         {"Well, this is a little awkward.", "It looks like there was an error:", "Something went wrong!",
          "This is what you sent us", "Issues-by-Tag", "Documentation", "Help Center"}) {
        CHECK(contains(message.text, part));
    }
}

TEST_CASE("compose_success says the same in HTML") {
    auto record = finished();
    add_warning(record.warnings, "row_limit", "The file ends after 1000 rows; there were more.");
    CHECK(compose_success(record, "https://example.com/?a=1&b=\"").html ==
          "<!DOCTYPE html>\n"
          "<html lang=\"en\">\n"
          "<head>\n"
          "<meta charset=\"utf-8\">\n"
          "<title>Your data is ready.</title>\n"
          "</head>\n"
          "<body>\n"
          "<h1>Your Download is Ready!</h1>\n"
          "<p>We've finished assembling your download, check it out by clicking the link below:</p>\n"
          "<p><a href=\"https://example.com/?a=1&amp;b=&quot;/organizations/acme/data-export/27/\">"
          "https://example.com/?a=1&amp;b=&quot;/organizations/acme/data-export/27/</a></p>\n"
          "<p>The download file will expire at 12:21 PM on August 18, 2020 (UTC)</p>\n"
          "<p>Please note:</p>\n"
          "<ul>\n"
          "<li>The file ends after 1000 rows; there were more.</li>\n"
          "</ul>\n"
          "</body>\n"
          "</html>\n");
}

TEST_CASE("compose_failure lets nothing of a request become HTML") {
    auto record = failed("<script>alert(1)</script> & more\nlines");
    record.query_info = {{"query", "</pre><img src=x onerror=\"y\">"}};
    const auto html = compose_failure(record).html;
    CHECK(contains(
        html, "<pre style=\"white-space: pre-wrap\">&lt;script&gt;alert(1)&lt;/script&gt; &amp; more\nlines</pre>"));
    CHECK(contains(html, "&lt;/pre&gt;&lt;img src=x onerror=\\&quot;y\\&quot;&gt;"));
    CHECK(contains(html, "<a href=\"https://docs.sentry.io/\">Documentation</a><br>\n"));
    CHECK_FALSE(contains(html, "<script"));
    CHECK_FALSE(contains(html, "<img"));
}

TEST_CASE("A message to nobody has no address, and one without an end has the date of creation") {
    auto record = failed("x");
    record.user.reset();
    record.date_finished.reset();
    const auto message = compose_failure(record);
    CHECK(message.to.empty());
    CHECK(message.date == record.date_added);
}
