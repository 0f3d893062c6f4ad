#pragma once

#include <dataexport/client/page_links.hpp>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

namespace detail::page_links {

/// Reads a `Link` header from left to right.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() {
        skip(" \t,");
        return text_.empty();
    }
    /// Passes `<url>`. @return false if there is none.
    bool url() {
        const auto end = text_.find('>');
        if (text_.front() != '<' || end == std::string_view::npos) return false;
        text_.remove_prefix(end + 1);
        return true;
    }
    /// Takes `; name="value"`. @return false if the link has no further parameter.
    bool parameter(std::string_view& name, std::string& value) {
        skip(" \t");
        if (text_.empty() || text_.front() != ';') return false;
        skip("; \t");
        name = word("=;, \t");
        value.clear();
        if (text_.empty() || text_.front() != '=') return true;
        text_.remove_prefix(1);
        if (text_.empty() || text_.front() != '"') {
            value = word(";, \t");
        } else {
            quoted(value);
        }
        return true;
    }

private:
    void skip(std::string_view bytes) {
        const auto end = text_.find_first_not_of(bytes);
        text_.remove_prefix(end == std::string_view::npos ? text_.size() : end);
    }
    std::string_view word(std::string_view delimiters) {
        const auto found = text_.substr(0, text_.find_first_of(delimiters));
        text_.remove_prefix(found.size());
        return found;
    }
    void quoted(std::string& value) {
        text_.remove_prefix(1);
        while (!text_.empty() && text_.front() != '"') {
            if (text_.front() == '\\' && text_.size() > 1) text_.remove_prefix(1);
            value += text_.front();
            text_.remove_prefix(1);
        }
        if (!text_.empty()) text_.remove_prefix(1);
    }

    std::string_view text_;
};

struct Relation {
    std::string name;
    std::string cursor;
    bool results = false;
};

inline Relation relation(Reader& reader) {
    Relation relation;
    std::string_view name;
    for (std::string value; reader.parameter(name, value);) {
        if (name == "rel") relation.name = value;
        if (name == "cursor") relation.cursor = value;
        if (name == "results") relation.results = value == "true";
    }
    return relation;
}

} // namespace detail::page_links

DATAEXPORT_DECL PageLinks parse_page_links(std::string_view header) {
    PageLinks links;
    detail::page_links::Reader reader(header);
    while (!reader.at_end() && reader.url()) {
        const auto relation = detail::page_links::relation(reader);
        if (!relation.results || relation.cursor.empty()) continue;
        if (relation.name == "previous") links.previous = relation.cursor;
        if (relation.name == "next") links.next = relation.cursor;
    }
    return links;
}

} // namespace client
DATAEXPORT_NAMESPACE_END
