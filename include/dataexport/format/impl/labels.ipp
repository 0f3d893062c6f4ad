#pragma once

#include <dataexport/format/labels.hpp>

#include <cstddef>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::labels {

inline bool is_taken(std::span<const Column> columns, std::string_view name) {
    for (const auto& column : columns) {
        if (column.name == name) return true;
    }
    return false;
}

/// `name_2`, or the first after it that no column has.
inline std::string numbered(const std::string& name, std::span<const Column> columns) {
    std::size_t number = 2;
    while (is_taken(columns, name + '_' + std::to_string(number))) {
        ++number;
    }
    return name + '_' + std::to_string(number);
}

} // namespace detail::labels

DATAEXPORT_DECL std::vector<std::string> column_names(std::span<const Column> columns) {
    std::vector<std::string> names;
    names.reserve(columns.size());
    for (const auto& column : columns) {
        names.push_back(column.name);
    }
    return names;
}

DATAEXPORT_DECL Result<std::vector<Column>>
label_columns(std::span<const Column> columns, std::span<const std::string> labels, DuplicateLabels duplicates) {
    std::vector<Column> labelled(columns.begin(), columns.end());
    if (!labels.empty() && labels.size() != columns.size()) {
        return Error{Errc::invalid_dialect, "/labels has " + std::to_string(labels.size()) + " labels for " +
                                                std::to_string(columns.size()) + " columns"};
    }
    for (std::size_t i = 0; i < labels.size(); ++i) {
        labelled[i].name = labels[i];
    }
    for (std::size_t i = 1; i < labelled.size(); ++i) {
        if (!detail::labels::is_taken(std::span(labelled).first(i), labelled[i].name)) continue;
        if (duplicates == DuplicateLabels::fail) {
            return Error{Errc::invalid_dialect, "/duplicate_labels allows only one column named " + labelled[i].name};
        }
        labelled[i].name = detail::labels::numbered(labelled[i].name, labelled);
    }
    return labelled;
}

DATAEXPORT_NAMESPACE_END
