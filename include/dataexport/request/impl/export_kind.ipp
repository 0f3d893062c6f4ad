#pragma once

#include <dataexport/request/export_kind.hpp>

#include <algorithm>
#include <cassert>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL void ExportKinds::add(ExportKind kind) {
    assert(!kind.name.empty() && std::all_of(kind.name.begin(), kind.name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }));
    assert(find(kind.name) == nullptr && !find(kind.number));
    kinds_.push_back(std::move(kind));
}

DATAEXPORT_DECL const ExportKind* ExportKinds::find(std::string_view name) const noexcept {
    const auto found =
        std::find_if(kinds_.begin(), kinds_.end(), [&](const ExportKind& kind) { return kind.name == name; });
    return found == kinds_.end() ? nullptr : &*found;
}

DATAEXPORT_DECL Result<const ExportKind*> ExportKinds::find(int number) const {
    for (const auto& kind : kinds_) {
        if (kind.number == number) return &kind;
    }
    return Error{Errc::invalid_query_type, "Invalid ExportQueryType: " + std::to_string(number)};
}

DATAEXPORT_NAMESPACE_END
