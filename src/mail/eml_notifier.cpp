#include <dataexport/mail/eml_notifier.hpp>

#include "posix/file.hpp"

#include <dataexport/mail/eml.hpp>

#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace {

class EmlNotifier final : public Notifier {
public:
    EmlNotifier(posix::Descriptor folder, std::string base_url, Mailbox from)
        : folder_(std::move(folder)), base_url_(std::move(base_url)), from_(std::move(from)) {}

    Result<void> success(const ExportedData& record) override {
        if (!record.file || !record.date_finished || !record.date_expired) return ok();
        return deliver(compose_success(record, base_url_));
    }

    Result<void> failure(const ExportedData& record) override {
        if (!record.error) return ok();
        return deliver(compose_failure(record));
    }

private:
    Result<void> deliver(const MailMessage& message) const {
        if (message.to.empty()) return ok();
        if (!is_mail_address(message.to)) {
            return Error{Errc::invalid_input, "the user of this export has an address that cannot be mailed"};
        }
        const std::string name = message.key + ".eml";
        const std::string draft = name + ".draft";
        const auto file = open_draft(draft);
        if (!file) return file.error();
        if (::ftruncate(file->number(), 0) != 0) return posix::last_error("empty a draft");
        if (auto written = posix::write_at(*file, 0, to_eml(message, from_)); !written) return written;
        if (auto synced = posix::sync(*file); !synced) return synced;
        if (::renameat(folder_.number(), draft.c_str(), folder_.number(), name.c_str()) != 0) {
            return posix::last_error("finish a message");
        }
        return posix::sync(folder_);
    }

    /// Opens the draft and keeps everybody else from writing the same message until it is closed.
    [[nodiscard]] Result<posix::Descriptor> open_draft(const std::string& name) const {
        for (;;) {
            auto file = posix::open_at(folder_.number(), name, O_RDWR | O_CREAT, "open a draft");
            if (!file) return file.error();
            if (posix::uninterrupted([&] { return ::flock(file->number(), LOCK_EX); }) != 0) {
                return posix::last_error("lock a draft");
            }
            // While we waited, another may have finished this file as the same message.
            if (posix::names(folder_.number(), name, *file)) return file;
        }
    }

    posix::Descriptor folder_;
    std::string base_url_;
    Mailbox from_;
};

} // namespace

Result<std::unique_ptr<Notifier>> open_eml_notifier(const EmlNotifierOptions& options) {
    auto from = parse_mailbox(options.from);
    if (!from) return from.error();
    auto folder = posix::open_private_folder(options.directory);
    if (!folder) return folder.error();
    return std::make_unique<EmlNotifier>(std::move(*folder), options.base_url, std::move(*from));
}

DATAEXPORT_NAMESPACE_END
