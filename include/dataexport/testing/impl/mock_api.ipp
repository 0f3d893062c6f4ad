#pragma once

#include <dataexport/api/request_target.hpp>
#include <dataexport/testing/mock_api.hpp>

#include <algorithm>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

namespace detail::mock_api {

inline bool answers(const MockAnswer& answer, const MockCall& call) {
    return answer.url == call.path && answer.method == call.request.method &&
           std::all_of(answer.match.begin(), answer.match.end(), [&](const auto& matches) { return matches(call); });
}

inline client::ApiAnswer to_answer(const MockAnswer& mock) {
    client::ApiAnswer answer{mock.status, mock.headers, {}};
    if (mock.text) {
        answer.body = *mock.text;
    } else if (!mock.body.is_null()) {
        answer.body = to_json(mock.body);
    }
    return answer;
}

/// Gives the body to a sink that wants it.
inline Result<client::ApiAnswer> deliver(client::ApiAnswer answer, client::BodySink* sink) {
    const auto body = std::exchange(answer.body, {});
    if (sink == nullptr || !sink->begin(answer)) {
        answer.body = body;
    } else if (!body.empty() && !sink->write(body)) {
        return Error{Errc::cancelled, "The call was cancelled."};
    }
    return answer;
}

} // namespace detail::mock_api

DATAEXPORT_DECL MockMatcher match_query(std::vector<std::pair<std::string, std::optional<std::string>>> parameters) {
    return [parameters = std::move(parameters)](const MockCall& call) {
        return std::all_of(parameters.begin(), parameters.end(), [&](const auto& wanted) {
            const auto found = std::find_if(call.query.begin(), call.query.end(),
                                            [&](const auto& given) { return given.first == wanted.first; });
            return found == call.query.end() ? !wanted.second : wanted.second == found->second;
        });
    };
}

DATAEXPORT_DECL MockMatcher match_data(json::object members) {
    return [members = std::move(members)](const MockCall& call) {
        const auto* data = call.data.if_object();
        return data != nullptr && std::all_of(members.begin(), members.end(), [&](const auto& wanted) {
                   const auto* given = data->if_contains(wanted.key());
                   return given != nullptr && *given == wanted.value();
               });
    };
}

DATAEXPORT_DECL std::shared_ptr<const MockCalls> MockApi::add(MockAnswer answer) {
    const std::lock_guard lock(mutex_);
    auto calls = std::make_shared<MockCalls>();
    known_.push_back({std::make_shared<const MockAnswer>(std::move(answer)), calls});
    return calls;
}

DATAEXPORT_DECL Result<client::ApiAnswer> MockApi::send(const client::ApiRequest& request, std::stop_token stop,
                                                        client::BodySink* sink) {
    auto call = read(request);
    const auto known = find(call);
    if (!known) {
        const json::value body{{"detail", "No answer was added for " + request.method + ' ' + call.path}};
        unexpected_.add(std::move(call));
        return client::ApiAnswer{404, {}, to_json(body)};
    }
    known->calls->add(std::move(call));
    if (known->answer->during) known->answer->during();
    if (stop.stop_requested()) return Error{Errc::cancelled, "The call was cancelled."};
    if (known->answer->failure) return *known->answer->failure;
    return detail::mock_api::deliver(detail::mock_api::to_answer(*known->answer), sink);
}

DATAEXPORT_DECL MockCall MockApi::read(const client::ApiRequest& request) const {
    Request target;
    set_target(target, request.url);
    MockCall call{request, std::move(target.path), std::move(target.query), nullptr};
    if (call.path.starts_with(base_)) call.path.erase(0, base_.size());
    if (auto data = parse_json(request.body)) call.data = *std::move(data);
    return call;
}

DATAEXPORT_DECL std::optional<MockApi::Known> MockApi::find(const MockCall& call) const {
    std::vector<Known> known;
    {
        const std::lock_guard lock(mutex_);
        known = known_;
    }
    const auto found = std::find_if(known.rbegin(), known.rend(), [&](const auto& candidate) {
        return detail::mock_api::answers(*candidate.answer, call);
    });
    return found == known.rend() ? std::nullopt : std::optional(*found);
}

} // namespace testing
DATAEXPORT_NAMESPACE_END
