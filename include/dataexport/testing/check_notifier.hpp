/// @file
/// The contract of `Notifier` as a test.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/notifier.hpp>
#include <dataexport/testing/report.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

namespace notifier_check {

inline constexpr TimePoint noon{std::chrono::sys_days(std::chrono::year(2020) / 5 / 19) + std::chrono::hours(12)};

inline ExportedData finished(std::int64_t id) {
    ExportedData record;
    record.id = ExportId{id};
    record.organization = OrganizationId{1};
    record.organization_slug = "acme";
    record.user = User{UserId{7}, "jane@example.com", "jane"};
    record.date_added = noon;
    record.date_finished = noon + std::chrono::minutes(1);
    record.date_expired = noon + std::chrono::hours(24 * 28);
    record.query_type = "Discover";
    record.query_info = {{"field", {"id", "title"}}};
    record.state = ExportState::finished;
    record.file = ExportedFile{record.file_name(), 42, std::string(64, 'a')};
    return record;
}

inline ExportedData failed(std::int64_t id) {
    auto record = finished(id);
    record.state = ExportState::failed;
    record.date_expired.reset();
    record.file.reset();
    record.error = Error{Errc::timed_out, "Query timeout. Please try again."};
    return record;
}

} // namespace notifier_check

/// Checks `notifier` against the clauses of `ports/notifier.hpp`. It is told about exports 1 to 12, of which it has to
/// reach the users.
[[nodiscard]] inline Report check_notifier(Notifier& notifier) {
    Report report;
    report.expect(notifier.success(notifier_check::finished(1)).has_value(), "success tells of a finished export");
    report.expect(notifier.failure(notifier_check::failed(2)).has_value(), "failure tells of a failed export");
    report.expect(notifier.success(notifier_check::finished(1)).has_value(), "success may be told twice");
    report.expect(notifier.failure(notifier_check::failed(2)).has_value(), "failure may be told twice");

    auto nobodys = notifier_check::finished(3);
    nobodys.user.reset();
    auto unreachable = notifier_check::failed(4);
    unreachable.user->email.clear();
    const auto told_nobody = notifier.success(nobodys);
    const auto told_unreachable = notifier.failure(unreachable);
    report.expect(told_nobody || !retriable(told_nobody.error()), "an export of nobody asks for no other try");
    report.expect(told_unreachable || !retriable(told_unreachable.error()),
                  "a user without an address asks for no other try");

    std::atomic<int> told = 0;
    std::vector<std::thread> threads;
    for (int id = 5; id <= 12; ++id) {
        threads.emplace_back([&notifier, &told, id] {
            if (notifier.success(notifier_check::finished(id))) ++told;
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    report.expect(told == 8, "messages may be sent from several threads at the same time");
    return report;
}

} // namespace testing
DATAEXPORT_NAMESPACE_END
