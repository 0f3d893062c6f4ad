#include "server/console_log.hpp"

#include <dataexport/core/json.hpp>
#include <dataexport/core/time.hpp>

#include <cstdio>
#include <string>

namespace example {

void ConsoleLog::log(dataexport::LogLevel level, std::string_view event, std::span<const dataexport::Label> fields) {
    constexpr std::string_view names[] = {"info", "warning", "error"};
    std::string line = "{\"time\":\"" + dataexport::to_wire(clock_.now()) + "\",\"level\":\"";
    line += names[static_cast<std::size_t>(level)];
    line += "\",\"event\":";
    dataexport::append_json_string(line, event);
    for (const auto& field : fields) {
        line += ',';
        dataexport::append_json_string(line, field.name);
        line += ':';
        dataexport::append_json_string(line, field.value);
    }
    line += "}\n";
    std::fwrite(line.data(), 1, line.size(), stderr); // one call, so that lines of several threads do not mix
}

} // namespace example
