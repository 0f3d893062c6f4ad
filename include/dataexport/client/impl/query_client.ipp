#pragma once

#include <dataexport/client/query_client.hpp>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

DATAEXPORT_DECL Subscription::~Subscription() {
    if (const auto cache = cache_.lock(); cache != nullptr && observer_ != nullptr) cache->forget(observer_);
}

DATAEXPORT_DECL QueryClient::QueryClient(const ClientPorts& ports, ClientConfig config)
    : cache_(std::make_shared<detail::QueryCache>(ports, std::move(config))) {}

DATAEXPORT_DECL QueryClient::~QueryClient() { cache_->close(); }

DATAEXPORT_DECL void QueryClient::prefetch(const QuerySettings& options) {
    cache_->fetch(options, detail::Need::fresh, detail::Fetch::all, [](const detail::Outcome&) {});
}

DATAEXPORT_DECL void QueryClient::invalidate(const QueryFilter& filter) { cache_->invalidate(filter); }

DATAEXPORT_DECL void QueryClient::cancel(const QueryFilter& filter) { cache_->cancel(filter); }

DATAEXPORT_DECL QuerySnapshot QueryClient::snapshot(std::vector<QueryFilter> filters) {
    return cache_->snapshot(std::move(filters));
}

DATAEXPORT_DECL void QueryClient::restore(const QuerySnapshot& snapshot) { cache_->restore(snapshot); }

} // namespace client
DATAEXPORT_NAMESPACE_END
