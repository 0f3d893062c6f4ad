/// @file
/// An API that answers as a test says.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/client/transport.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/json.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// A request as it arrived.
struct MockCall {
    client::ApiRequest request;
    std::string path; ///< Decoded, without the base.
    std::vector<std::pair<std::string, std::string>> query;
    json::value data; ///< The body; null if it is no JSON.
};

using MockMatcher = std::function<bool(const MockCall&)>;

/// Whether URL parameters have these values; a name without a value must be absent. Others do not matter.
[[nodiscard]] MockMatcher match_query(std::vector<std::pair<std::string, std::optional<std::string>>> parameters);
/// Whether the body is an object with these members. Others do not matter.
[[nodiscard]] MockMatcher match_data(json::object members);

/// An answer, and what it is the answer to.
struct MockAnswer {
    std::string url; ///< The path, decoded, without the base and the query: `/organizations/acme/data-export/`.
    std::string method = "GET";
    int status = 200;
    json::value body{}; ///< Of an error: `{{"detail", "what went wrong"}}`. Null is no body.
    Headers headers{};
    std::vector<MockMatcher> match{};  ///< All have to match.
    std::optional<std::string> text{}; ///< Sent in place of `body`, as it is.
    std::optional<Error> failure{};    ///< Returned in place of any answer: the server cannot be reached.
    std::function<void()> during{};    ///< Called while the call is under way, by its thread, with nothing locked.
};

/// The calls that one `MockAnswer` has answered.
///
/// Thread safety: may be used from any number of threads at the same time.
class MockCalls {
public:
    [[nodiscard]] std::size_t count() const { return all().size(); }
    [[nodiscard]] std::vector<MockCall> all() const {
        const std::lock_guard lock(mutex_);
        return calls_;
    }

private:
    friend class MockApi;
    void add(MockCall call) {
        const std::lock_guard lock(mutex_);
        calls_.push_back(std::move(call));
    }

    mutable std::mutex mutex_;
    std::vector<MockCall> calls_;
};

/// `client::Transport` that answers what it was told to, and records what it was asked. What it knows no answer to gets
/// a 404 that says so.
///
/// Thread safety: may be used from any number of threads at the same time.
class MockApi final : public client::Transport {
public:
    /// @param base stands before every path, as in `client::ClientConfig`.
    explicit MockApi(std::string base = "/api/0") : base_(std::move(base)) {}

    /// From now on, this answers what it matches, in place of whatever was added before.
    std::shared_ptr<const MockCalls> add(MockAnswer answer);
    /// The calls that no answer matched.
    [[nodiscard]] const MockCalls& unexpected() const { return unexpected_; }

    [[nodiscard]] Result<client::ApiAnswer> send(const client::ApiRequest& request, std::stop_token stop,
                                                 client::BodySink* sink = nullptr) override;

private:
    struct Known {
        std::shared_ptr<const MockAnswer> answer;
        std::shared_ptr<MockCalls> calls;
    };
    [[nodiscard]] MockCall read(const client::ApiRequest& request) const;
    [[nodiscard]] std::optional<Known> find(const MockCall& call) const;

    std::string base_;
    mutable std::mutex mutex_;
    std::vector<Known> known_;
    MockCalls unexpected_;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/testing/impl/mock_api.ipp>
#endif
