#pragma once

#include <dataexport/search/term_json.hpp>

#include <dataexport/core/time.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::term_json {

struct ValueToJson {
    json::value operator()(const std::string& text) const { return json::value(text); }
    json::value operator()(double number) const { return json::value(number); }
    json::value operator()(std::int64_t number) const { return json::value(number); }
    json::value operator()(TimePoint time) const { return json::value(to_iso(time)); }
    template <class T>
    json::value operator()(const std::vector<T>& values) const {
        return json::value(json::array(values.begin(), values.end()));
    }
};

struct TermToJson {
    json::value operator()(const SearchFilter& filter) const {
        json::object condition;
        condition[filter.aggregate ? "agg" : "key"] = filter.key;
        condition["op"] = to_string(filter.op);
        condition["value"] = std::visit(ValueToJson{}, filter.value);
        return condition;
    }
    json::value operator()(SearchConnective connective) const { return json::value(to_string(connective)); }
    json::value operator()(const SearchGroup& group) const {
        json::object paren;
        paren["paren"] = terms_to_json(group.terms);
        return paren;
    }
};

} // namespace detail::term_json

DATAEXPORT_DECL json::array terms_to_json(const std::vector<SearchTerm>& terms) {
    json::array array;
    array.reserve(terms.size());
    for (const SearchTerm& term : terms) {
        array.push_back(std::visit(detail::term_json::TermToJson{}, term.item));
    }
    return array;
}

DATAEXPORT_NAMESPACE_END
