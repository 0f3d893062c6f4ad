#include <dataexport/mail/eml_notifier.hpp>

#include "posix/file.hpp"

#include <dataexport/mail/mail_notifier.hpp>

#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace {

class EmlNotifier final : public MailNotifier {
public:
    EmlNotifier(posix::Descriptor folder, std::string base_url, Mailbox from)
        : MailNotifier(std::move(base_url), std::move(from)), folder_(std::move(folder)) {}

private:
    Result<void> deliver(const MailMessage& message, const Mailbox& from) override {
        const std::string name = message.key + ".eml";
        const std::string draft = name + ".draft";
        const auto file = open_draft(draft);
        if (!file) return file.error();
        if (::ftruncate(file->number(), 0) != 0) return posix::last_error("empty a draft");
        if (auto written = posix::write_at(*file, 0, to_eml(message, from)); !written) return written;
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
