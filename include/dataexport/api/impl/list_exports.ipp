#pragma once

#include <dataexport/api/export_json.hpp>
#include <dataexport/api/list_cursor.hpp>
#include <dataexport/api/list_exports.hpp>
#include <dataexport/api/percent_encoding.hpp>
#include <dataexport/api/responses.hpp>

#include <algorithm>
#include <charconv>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::list_exports {

inline constexpr std::size_t largest_page = 100;

inline Result<std::size_t> page_size(const Request& request) {
    const auto text = request.parameter("per_page");
    if (!text) return largest_page;
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), size);
    if (error == std::errc::invalid_argument || end != text->data() + text->size()) {
        return Error{Errc::invalid_request, "Invalid per_page parameter."};
    }
    if (error != std::errc{} || size < 1 || size > largest_page) {
        return Error{Errc::invalid_request, "Invalid per_page value. Must be between 1 and 100."};
    }
    return size;
}

inline Result<ListCursor> cursor(const Request& request) {
    const auto text = request.parameter("cursor");
    return text ? parse_cursor(*text) : ListCursor{};
}

/// Whose exports the caller gets to see.
inline ListQuery visible_to(const AccessContext& access) {
    ListQuery query;
    query.organization = access.organization->id;
    if (!access.scopes.contains("event:admin")) query.user = access.user->id;
    return query;
}

struct Page {
    std::vector<ExportedData> records;
    LinkRelation previous{"previous", {std::nullopt, true}, false};
    LinkRelation next{"next", {std::nullopt, false}, false};
};

/// Whether anything follows a record in a direction.
inline Result<bool> anything(ExportStore& store, ListQuery query, const ListCursor& cursor) {
    query.from = cursor.from;
    query.backwards = cursor.backwards;
    query.count = 1;
    const auto found = store.list(query);
    if (!found) return found.error();
    return !found->empty();
}

inline ListQuery::Key key_of(const ExportedData& record) { return {record.date_added, record.id}; }

inline Result<Page> read_page(ExportStore& store, ListQuery query, const ListCursor& cursor, std::size_t size) {
    query.from = cursor.from;
    query.backwards = cursor.from && cursor.backwards;
    query.count = size;
    auto records = store.list(query);
    if (!records) return records.error();

    Page page;
    page.records = *std::move(records);
    page.previous.cursor.from = page.records.empty() ? cursor.from : key_of(page.records.front());
    page.next.cursor.from = page.records.empty() ? cursor.from : key_of(page.records.back());
    for (auto* relation : {&page.previous, &page.next}) {
        const auto more = relation->cursor.from ? anything(store, query, relation->cursor) : false;
        if (!more) return more.error();
        relation->has_results = *more;
    }
    return page;
}

/// The address of this list with the parameters of the request, without its place.
inline std::string url(const ApiContext& context, const ApiCall& call) {
    std::string url = collection_url(context, *call.access.organization) + '?';
    for (const auto& [name, value] : call.request.query) {
        if (name == "cursor") continue;
        url += '&' + percent_encode_query(name) + '=' + percent_encode_query(value);
    }
    return url;
}

} // namespace detail::list_exports

DATAEXPORT_DECL Result<Response> list_exports(const ApiContext& context, const ApiCall& call) {
    using namespace detail::list_exports;
    const auto size = page_size(call.request);
    if (!size) return size.error();
    const auto place = cursor(call.request);
    if (!place) return place.error();

    const auto query = visible_to(call.access);
    const auto hits = context.ports.store.count(query);
    if (!hits) return hits.error();
    const auto page = read_page(context.ports.store, query, *place, *size);
    if (!page) return page.error();

    json::array body;
    for (const auto& record : page->records) {
        body.push_back(export_json(record, call.now));
    }
    auto response = json_response(200, body);
    const auto address = url(context, call);
    response.headers.add("Link", to_link(address, page->previous) + ", " + to_link(address, page->next));
    response.headers.add("X-Hits", std::to_string(*hits));
    return response;
}

DATAEXPORT_NAMESPACE_END
