/// @file
/// Calls that change something on the server, and what that does to the cache.
#pragma once

#include <dataexport/client/api_response.hpp>
#include <dataexport/client/query_client.hpp>
#include <dataexport/core/config.hpp>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// A change as a value. Only `request` is required.
///
/// In this order: calls for what is `affected` are cancelled, so that none of their answers undoes the optimistic
/// change; its data is remembered; `on_mutate`; the request, which is never tried again; `on_success` or `on_error`;
/// `on_settled`; `done`.
///
/// @tparam T what the server answers, as in `ApiResponse`. @tparam Variables what tells one call from another.
template <class T, class Variables>
struct Mutation {
    std::function<MutationRequest(const Variables&)> request;
    /// The queries whose data `on_mutate` changes.
    std::function<std::vector<QueryFilter>(const Variables&)> affected{};
    /// Changes the data as the server will, before it has answered.
    std::function<void(QueryClient&, const Variables&)> on_mutate{};
    std::function<void(QueryClient&, const ApiResponse<T>&, const Variables&)> on_success{};
    /// Rolls back: `client.restore(snapshot)`.
    std::function<void(QueryClient&, const ApiError&, const Variables&, const QuerySnapshot&)> on_error{};
    /// Fetches again what has changed: `client.invalidate(...)`.
    std::function<void(QueryClient&, const Variables&)> on_settled{};
};

namespace detail {

template <class T, class Variables>
[[nodiscard]] QuerySnapshot begin_mutation(QueryClient& client, const Mutation<T, Variables>& mutation,
                                           const Variables& variables) {
    const auto filters = mutation.affected ? mutation.affected(variables) : std::vector<QueryFilter>();
    for (const auto& filter : filters) {
        client.cancel(filter);
    }
    auto snapshot = client.snapshot(filters);
    if (mutation.on_mutate) mutation.on_mutate(client, variables);
    return snapshot;
}

template <class T, class Variables>
void end_mutation(QueryClient& client, const Mutation<T, Variables>& mutation, const Variables& variables,
                  const QuerySnapshot& snapshot, const ApiResult<ApiResponse<T>>& result) {
    if (result && mutation.on_success) mutation.on_success(client, *result, variables);
    if (!result && mutation.on_error) mutation.on_error(client, result.error(), variables, snapshot);
    if (mutation.on_settled) mutation.on_settled(client, variables);
}

} // namespace detail

/// Waits for the answer; the calling thread makes the call.
template <class T, class Variables>
ApiResult<ApiResponse<T>> mutate(QueryClient& client, const Mutation<T, Variables>& mutation,
                                 const std::type_identity_t<Variables>& variables) {
    const auto snapshot = detail::begin_mutation(client, mutation, variables);
    auto result = client.send<T>(mutation.request(variables));
    detail::end_mutation(client, mutation, variables, snapshot, result);
    return result;
}

/// Returns when the optimistic change is made. @param done is called once, with `Errc::cancelled` if the client ends.
template <class T, class Variables>
void mutate(QueryClient& client, const Mutation<T, Variables>& mutation,
            const std::type_identity_t<Variables>& variables,
            std::type_identity_t<std::function<void(ApiResult<ApiResponse<T>>)>> done) {
    auto snapshot = detail::begin_mutation(client, mutation, variables);
    client.send<T>(mutation.request(variables), [&client, mutation, variables, snapshot = std::move(snapshot),
                                                 done = std::move(done)](const ApiResult<ApiResponse<T>>& result) {
        detail::end_mutation(client, mutation, variables, snapshot, result);
        if (done) done(result);
    });
}

} // namespace client
DATAEXPORT_NAMESPACE_END
