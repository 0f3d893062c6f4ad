#include <dataexport/mail/eml_notifier.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>
#include <vector>

#include "filesystem/temporary_folder.hpp"
#include "mail/ended_exports.hpp"

using namespace dataexport;
namespace fs = std::filesystem;

namespace {

struct Mail {
    Mail() : folder((root.path() / "mail").string()), notifier(open()) {}

    std::unique_ptr<Notifier> open() const {
        return open_eml_notifier({folder, "https://example.com", "Exports <exports@example.com>"}).value();
    }
    std::set<std::string> names() const {
        std::set<std::string> found;
        for (const auto& entry : fs::directory_iterator(folder)) {
            found.insert(entry.path().filename().string());
        }
        return found;
    }
    std::string text(const std::string& name) const {
        std::ifstream file(fs::path(folder) / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    TemporaryFolder root;
    std::string folder;
    std::unique_ptr<Notifier> notifier;
};

using Names = std::set<std::string>;

} // namespace

TEST_CASE("model-014: a finished export makes one mail") {
    const Mail mail;
    CHECK(mail.notifier->success(finished()).has_value());
    CHECK(mail.names() == Names{"27-success.eml"});
    const auto text = mail.text("27-success.eml");
    CHECK(text.starts_with("From: \"Exports\" <exports@example.com>\r\nTo: jane@example.com\r\n"));
    CHECK(text.find("\r\nSubject: Your data is ready.\r\nDate: Tue, 21 Jul 2020 12:21:00 +0000\r\n") !=
          std::string::npos);
    CHECK(text.find("\r\nhttps://example.com/organizations/acme/data-export/27/\r\n") != std::string::npos);
    CHECK(fs::status(fs::path(mail.folder) / "27-success.eml").permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(fs::status(mail.folder).permissions() == fs::perms::owner_all);
}

TEST_CASE("model-017: a failed export makes one mail, and its record is kept") {
    const Mail mail;
    const auto record = failed();
    CHECK(mail.notifier->failure(record).has_value());
    CHECK(mail.names() == Names{"27-failure.eml"});
    CHECK(mail.text("27-failure.eml").find("\r\nfailed to export data!\r\n") != std::string::npos);
    CHECK(record.status(at("2020-07-22")) == ExportStatus::failed);
}

TEST_CASE("A message that is handed over twice leaves one file, also after a crash in between") {
    const Mail mail;
    CHECK(mail.notifier->success(finished()).has_value());
    const auto text = mail.text("27-success.eml");
    std::ofstream(fs::path(mail.folder) / "27-success.eml.draft") << std::string(5000, 'x'); // A crash left this.
    CHECK(mail.open()->success(finished()).has_value());
    CHECK(mail.names() == Names{"27-success.eml"});
    CHECK(mail.text("27-success.eml") == text);
    CHECK(mail.notifier->failure(failed()).has_value());
    CHECK(mail.names() == Names{"27-failure.eml", "27-success.eml"});
}

TEST_CASE("The same message handed over by many threads is whole and there once") {
    const Mail mail;
    CHECK(mail.notifier->success(finished()).has_value());
    const auto text = mail.text("27-success.eml");
    fs::remove(fs::path(mail.folder) / "27-success.eml");
    std::vector<std::thread> threads;
    std::vector<char> good(8, 0);
    for (auto& one : good) {
        threads.emplace_back([&mail, &one] { one = mail.notifier->success(finished()).has_value() ? 1 : 0; });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(good == std::vector<char>(8, 1));
    CHECK(mail.names() == Names{"27-success.eml"});
    CHECK(mail.text("27-success.eml") == text);
}

TEST_CASE("Without a user, an address or a file there is no mail, and that is success") {
    const Mail mail;
    auto nobody = failed();
    nobody.user.reset();
    CHECK(mail.notifier->failure(nobody).has_value());
    auto silent = finished();
    silent.user->email.clear();
    CHECK(mail.notifier->success(silent).has_value());
    auto removed = finished();
    removed.file.reset();
    CHECK(mail.notifier->success(removed).has_value());
    CHECK(mail.names().empty());
}

TEST_CASE("An address that would reach somebody else gives the message up") {
    const Mail mail;
    for (const auto* address : {"jane@example.com\r\nBcc: all@example.com", "a@b, c@d", "jane"}) {
        auto record = finished();
        record.user->email = address;
        CHECK(mail.notifier->success(record).error().code == Errc::invalid_input);
    }
    CHECK(mail.names().empty());
}

TEST_CASE("open_eml_notifier refuses a sender that is none and a folder that is a link") {
    const TemporaryFolder root;
    const auto folder = (root.path() / "mail").string();
    CHECK(open_eml_notifier({folder, "https://example.com", "nobody"}).error().code == Errc::invalid_configuration);
    CHECK_FALSE(fs::exists(folder));
    fs::create_directory(root.path() / "elsewhere");
    fs::create_directory_symlink(root.path() / "elsewhere", folder);
    CHECK(open_eml_notifier({folder, "https://example.com", "a@b"}).error().code == Errc::invalid_configuration);
    CHECK(open_eml_notifier({folder + "/", "https://example.com", "a@b"}).error().code == Errc::invalid_configuration);
    CHECK(open_eml_notifier({(root.path() / "a" / "b").string(), "x", "a@b"}).error().code ==
          Errc::invalid_configuration);
}
