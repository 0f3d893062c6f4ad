#include "server/event_reader.hpp"

#include <dataexport/core/json.hpp>
#include <dataexport/core/time.hpp>

#include <limits>
#include <optional>
#include <utility>

namespace example {

namespace json = boost::json;
using dataexport::Errc;
using dataexport::Error;
using dataexport::Event;
using dataexport::ProjectId;
using dataexport::Result;

namespace {

/// Fills an event from the members of its object and remembers the first one that is wrong.
class EventBuilder {
public:
    explicit EventBuilder(const std::map<std::string, std::set<ProjectId>, std::less<>>& ids,
                          const std::map<ProjectId, std::string>& slugs)
        : ids_(ids), slugs_(slugs) {}

    void add(std::string_view key, const json::value& value) {
        if (key == "id") return id(value);
        if (key == "project") return project(value);
        if (key == "timestamp") return timestamp(value);
        if (key == "type") return type(value);
        if (key == "level") return text(key, value, event_.level);
        if (key == "title") return text(key, value, event_.title);
        if (key == "message") return text(key, value, event_.message);
        if (key == "transaction") return text(key, value, event_.transaction);
        if (key == "platform") return text(key, value, event_.platform);
        if (key == "environment") return text(key, value, event_.environment);
        if (key == "release") return text(key, value, event_.release);
        if (key == "issue") return issue(value);
        if (key == "user") return user(value);
        if (key == "duration") return number(key, value, event_.duration.emplace());
        if (key == "tags") return tags(value);
        if (key == "measurements") return measurements(value);
        wrong(key, "unknown key");
    }

    Result<Event> take() {
        if (event_.id.empty()) wrong("id", "is missing");
        if (!has_project_) wrong("project", "is missing");
        if (!has_timestamp_) wrong("timestamp", "is missing");
        if (error_) return *std::move(error_);
        return std::move(event_);
    }

private:
    void wrong(std::string_view key, const std::string& what) {
        if (!error_) error_ = Error{Errc::invalid_input, std::string(key) + ": " + what};
    }

    void id(const json::value& value) {
        constexpr std::size_t digits = 32;
        std::string id;
        text("id", value, id);
        for (char& c : id) {
            if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
        }
        if (id.size() != digits || id.find_first_not_of("0123456789abcdef") != std::string::npos) {
            wrong("id", "32 hexadecimal digits are needed");
        }
        event_.id = std::move(id);
    }

    void project(const json::value& value) {
        has_project_ = true;
        if (value.is_int64()) {
            event_.project.value = value.get_int64();
            if (!slugs_.contains(event_.project)) wrong("project", "there is no project of this id");
            return;
        }
        std::string slug;
        text("project", value, slug);
        const auto found = ids_.find(slug);
        if (found == ids_.end()) {
            wrong("project", "there is no project \"" + slug + '"');
        } else if (found->second.size() > 1) {
            wrong("project", "there are several projects \"" + slug + "\": give its id");
        } else {
            event_.project = *found->second.begin();
        }
    }

    void timestamp(const json::value& value) {
        has_timestamp_ = true;
        const auto time = value.is_string()   ? dataexport::parse_iso(value.get_string())
                          : value.is_number() ? dataexport::from_unix_seconds(value.to_number<double>())
                                              : Error{Errc::invalid_input, "an ISO 8601 text or a number is needed"};
        if (!time) return wrong("timestamp", time.error().detail);
        event_.timestamp = *time;
    }

    void type(const json::value& value) {
        text("type", value, event_.type);
        if (event_.type != "error" && event_.type != "transaction" && event_.type != "default") {
            wrong("type", "error, transaction or default is needed");
        }
    }

    void issue(const json::value& value) {
        if (!value.is_int64()) return wrong("issue", "a whole number is needed");
        event_.issue = value.get_int64();
    }

    void user(const json::value& value) {
        if (!value.is_object()) return wrong("user", "an object is needed");
        for (const auto& [key, part] : value.get_object()) {
            if (key == "id") {
                part.is_int64() ? void(event_.user.id = std::to_string(part.get_int64()))
                                : text("user.id", part, event_.user.id);
            } else if (key == "email") {
                text("user.email", part, event_.user.email);
            } else if (key == "username") {
                text("user.username", part, event_.user.username);
            } else if (key == "ip_address") {
                text("user.ip_address", part, event_.user.ip_address);
            } else {
                wrong("user." + std::string(key), "unknown key");
            }
        }
    }

    void tags(const json::value& value) {
        if (!value.is_object()) return wrong("tags", "an object is needed");
        for (const auto& [name, tag] : value.get_object()) {
            text("tags." + std::string(name), tag, event_.tags[name]);
        }
    }

    void measurements(const json::value& value) {
        if (!value.is_object()) return wrong("measurements", "an object is needed");
        for (const auto& [name, measurement] : value.get_object()) {
            number("measurements." + std::string(name), measurement, event_.measurements[name]);
        }
    }

    template <class Text>
    void text(std::string_view key, const json::value& value, Text& out) {
        if (!value.is_string()) return wrong(key, "a text is needed");
        out = std::string(value.get_string());
    }

    void number(std::string_view key, const json::value& value, double& out) {
        if (!value.is_number()) return wrong(key, "a number is needed");
        out = value.to_number<double>();
        if (!(out >= std::numeric_limits<double>::lowest() && out <= std::numeric_limits<double>::max())) {
            wrong(key, "the number is too large");
        }
    }

    const std::map<std::string, std::set<ProjectId>, std::less<>>& ids_;
    const std::map<ProjectId, std::string>& slugs_;
    Event event_;
    bool has_project_ = false;
    bool has_timestamp_ = false;
    std::optional<Error> error_;
};

} // namespace

EventReader::EventReader(const Directory& directory) {
    for (const auto& organization : directory.organizations()) {
        for (const auto& project : organization.projects) {
            slugs_[project.id] = project.slug;
            ids_[project.slug].insert(project.id);
        }
    }
}

Result<Event> EventReader::read(std::string_view line) const {
    const auto value = dataexport::parse_json(line);
    if (!value) return value.error();
    if (!value->is_object()) return Error{Errc::invalid_input, "an object is needed"};
    EventBuilder builder(ids_, slugs_);
    for (const auto& [key, member] : value->get_object()) {
        builder.add(key, member);
    }
    return builder.take();
}

} // namespace example
