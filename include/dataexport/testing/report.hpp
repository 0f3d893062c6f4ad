/// @file
/// What a contract test found. It belongs to no test framework: print `failures()` with whichever you use.
#pragma once

#include <dataexport/core/config.hpp>

#include <string>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Collects the clauses of a contract that an implementation does not keep.
class Report {
public:
    /// Notes `clause` as broken unless `kept`. @return `kept`
    bool expect(bool kept, std::string clause) {
        ++checks_;
        if (!kept) failures_.push_back(std::move(clause));
        return kept;
    }

    [[nodiscard]] bool passed() const noexcept { return checks_ > 0 && failures_.empty(); }
    [[nodiscard]] std::size_t checks() const noexcept { return checks_; }
    [[nodiscard]] const std::vector<std::string>& failures() const noexcept { return failures_; }
    /// All failures, one a line.
    [[nodiscard]] std::string text() const {
        std::string lines;
        for (const auto& failure : failures_) {
            lines += failure + '\n';
        }
        return lines;
    }

private:
    std::size_t checks_ = 0;
    std::vector<std::string> failures_;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
