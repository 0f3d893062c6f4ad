#include "fuzz/require.hpp"

// The example's own code, in this TU so that it is instrumented.
#include "server/directory.cpp"
#include "server/event_reader.cpp"

#include <cmath>
#include <cstdint>
#include <string_view>

using dataexport::ProjectId;

namespace {

example::EventReader make_reader() {
    return example::EventReader(example::Directory::parse(R"({"organizations": [
        {"id": 1, "slug": "acme", "projects": [{"id": 11, "slug": "backend"}, {"id": 12, "slug": "web"}]},
        {"id": 2, "slug": "umbrella", "projects": [{"id": 21, "slug": "web"}]}]})",
                                                          "directory")
                                    .value());
}

/// What a store of events relies on.
void check_event(const example::EventReader& reader, const dataexport::Event& event) {
    require(event.id.size() == 32 && event.id.find_first_not_of("0123456789abcdef") == std::string::npos);
    require(reader.slugs().contains(event.project));
    require(event.timestamp >= dataexport::parse_iso("0001-01-01").value());
    require(event.timestamp < dataexport::parse_iso("9999-12-31T23:59:59.999999").value() + std::chrono::seconds{1});
    require(!event.type || event.type == "error" || event.type == "transaction" || event.type == "default");
    require(!event.duration || std::isfinite(*event.duration));
    for (const auto& [name, value] : event.measurements) {
        require(std::isfinite(value));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const example::EventReader reader = make_reader();
    const std::string_view line(reinterpret_cast<const char*>(data), size);
    const auto event = reader.read(line);
    if (event) {
        check_event(reader, *event);
        require(reader.read(line).value() == *event);
    } else {
        require(condition(event.error()) == dataexport::Condition::invalid_request && !event.error().detail.empty());
    }
    return 0;
}
