#pragma once

#include <dataexport/core/error.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/format/cell_policy.hpp>
#include <dataexport/format/labels.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// A dialect is described once, by a function that visits its members; a `Reader` takes them out of a JSON object, a
/// `Printer` puts them into one.
namespace detail::dialect_members {

template <std::size_t N>
using Names = std::array<std::string_view, N>;

inline constexpr Names<2> invalid_utf8_names{"replace", "fail"};
inline constexpr Names<3> non_finite_names{"null", "text", "fail"};
inline constexpr Names<2> bytes_names{"base64", "hex"};
inline constexpr Names<2> duplicate_labels_names{"fail", "number"};

/// A reference token of a JSON pointer (RFC 6901, section 3).
inline std::string pointer_to(std::string_view member) {
    std::string pointer = "/";
    for (const char c : member) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

/// `"a", "b" or "c"`.
template <std::size_t N>
std::string one_of(const Names<N>& names) {
    std::string list;
    for (std::size_t i = 0; i < N; ++i) {
        if (i != 0) list += i + 1 == N ? " or " : ", ";
        append_json_string(list, names[i]);
    }
    return list;
}

class Reader {
public:
    explicit Reader(const json::object& members) : members_(members) {}

    void flag(std::string_view name, bool& value) {
        const auto* member = find(name);
        if (member == nullptr) return;
        if (!member->is_bool()) return problem(name, "must be true or false");
        value = member->get_bool();
    }

    void text(std::string_view name, std::string& value) {
        const auto* member = find(name);
        if (member == nullptr) return;
        if (!member->is_string()) return problem(name, "must be a string");
        value = std::string_view(member->get_string());
    }

    void character(std::string_view name, char& value) {
        const auto* member = find(name);
        if (member == nullptr) return;
        if (!member->is_string() || member->get_string().size() != 1) {
            return problem(name, "must be one ASCII character");
        }
        value = member->get_string().front();
    }

    void texts(std::string_view name, std::vector<std::string>& values) {
        const auto* member = find(name);
        if (member == nullptr) return;
        const auto* array = member->if_array();
        if (array == nullptr || !std::all_of(array->begin(), array->end(), [](const auto& v) { return v.is_string(); }))
            return problem(name, "must be a list of strings");
        values.clear();
        for (const auto& element : *array) {
            values.emplace_back(std::string_view(element.get_string()));
        }
    }

    template <class Enum, std::size_t N>
    void choice(std::string_view name, Enum& value, const Names<N>& names) {
        const auto* member = find(name);
        if (member == nullptr) return;
        const auto* text = member->if_string();
        const auto found =
            text == nullptr ? names.end() : std::find(names.begin(), names.end(), std::string_view(*text));
        if (found == names.end()) return problem(name, "must be " + one_of(names));
        value = static_cast<Enum>(found - names.begin());
    }

    void problem(std::string_view name, std::string_view sentence) {
        if (!problems_.empty()) problems_ += "; ";
        problems_ += pointer_to(name);
        problems_ += ' ';
        problems_ += sentence;
    }

    /// Every problem in one error, if there was any; a member that nobody asked for is one.
    std::optional<Error> finish() {
        for (const auto& member : members_) {
            const std::string_view name = member.key();
            if (std::find(known_.begin(), known_.end(), name) == known_.end()) problem(name, "is not known here");
        }
        if (problems_.empty()) return std::nullopt;
        return Error{Errc::invalid_dialect, problems_};
    }

private:
    const json::value* find(std::string_view name) {
        known_.push_back(name);
        return members_.if_contains(name);
    }

    const json::object& members_;
    std::vector<std::string_view> known_;
    std::string problems_;
};

class Printer {
public:
    void flag(std::string_view name, bool value) { members_[name] = value; }
    void text(std::string_view name, const std::string& value) { members_[name] = value; }
    void character(std::string_view name, char value) { members_[name] = std::string_view(&value, 1); }
    void texts(std::string_view name, const std::vector<std::string>& values) {
        members_[name] = json::array(values.begin(), values.end());
    }
    template <class Enum, std::size_t N>
    void choice(std::string_view name, Enum value, const Names<N>& names) {
        members_[name] = names[static_cast<std::size_t>(value)];
    }

    json::object release() { return std::move(members_); }

private:
    json::object members_;
};

/// The members of `all` that `defaults` does not have, or has otherwise.
inline json::object difference(const json::object& all, const json::object& defaults) {
    json::object different;
    for (const auto& member : all) {
        const auto* other = defaults.if_contains(member.key());
        if (other == nullptr || *other != member.value()) different.insert(member);
    }
    return different;
}

} // namespace detail::dialect_members

DATAEXPORT_NAMESPACE_END
