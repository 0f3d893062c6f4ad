// The command line of data exports: what an operator does with the data folder of a server.
#include "operator.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>

using namespace exportctl;

namespace {

constexpr const char* footer = R"(Servers and workers may run on the folder meanwhile.

Exit status: 0 done, and for fsck: nothing is wrong any more; 1 fsck found something that it did not
repair, or what was asked for could not be done; 2 the command line or the folder is wrong.)";

int report(const dataexport::Error& error, Exit status) {
    std::fprintf(stderr, "exportctl: %s\n", error.detail.c_str());
    return status;
}

struct Arguments {
    std::string data;
    bool as_json = false;
    FsckArguments fsck;
    ListArguments list;
    std::int64_t id = 0;
    std::optional<std::int64_t> organization;
};

using Verb = std::function<dataexport::Result<Exit>(const DataFolder&)>;

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Looks after data exports."};
    app.footer(footer);
    app.require_subcommand(1);
    Arguments arguments;
    Verb chosen;

    const auto add = [&](const char* name, const char* what, Verb verb) {
        auto* command = app.add_subcommand(name, what);
        command->add_option("--data", arguments.data, "Data folder of a server")->type_name("DIR")->required();
        command->add_flag("--json", arguments.as_json, "One JSON object a line");
        command->callback([&chosen, verb = std::move(verb)] { chosen = verb; });
        return command;
    };
    const auto add_for_one = [&](const char* name, const char* what, Verb verb) {
        add(name, what, std::move(verb))
            ->add_option("id", arguments.id, "Export")
            ->required()
            ->check(CLI::Range(std::int64_t{1}, (std::int64_t{1} << 53) - 1));
    };

    auto* fsck_command = add("fsck", "Compare all records with all files",
                             [&](const DataFolder& data) { return fsck(data, arguments.fsck, arguments.as_json); });
    fsck_command->add_flag("--repair", arguments.fsck.repair,
                           "Remove what belongs to no record; fail exports whose file is gone or damaged");
    fsck_command->add_flag("!--no-hashes", arguments.fsck.hashes, "Compare sizes only");

    auto* list_command = add("list", "List exports by id",
                             [&](const DataFolder& data) { return list(data, arguments.list, arguments.as_json); });
    list_command->add_option("--organization", arguments.list.organization, "Of this organization")->type_name("ID");
    list_command->add_option("--user", arguments.list.user, "Of this user")->type_name("ID");
    list_command->add_option("--status", arguments.list.status, "In this status")
        ->check(CLI::IsMember({"EARLY", "VALID", "EXPIRED", "FAILED"}));

    add_for_one("show", "Show an export as JSON", [&](const DataFolder& data) { return show(data, {arguments.id}); });
    add_for_one("requeue", "Put a failed export back into the queue, to continue where it stopped",
                [&](const DataFolder& data) { return requeue(data, {arguments.id}, arguments.as_json); });
    add_for_one("cancel", "End an export and remove its record and bytes",
                [&](const DataFolder& data) { return cancel(data, {arguments.id}, arguments.as_json); });
    add("stats", "Count exports and bytes",
        [&](const DataFolder& data) { return stats(data, arguments.organization, arguments.as_json); })
        ->add_option("--organization", arguments.organization, "Of this organization")
        ->type_name("ID");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? done : misused;
    }
    const auto data = DataFolder::open(arguments.data);
    if (!data) return report(data.error(), misused);
    const auto status = chosen(*data);
    return status ? *status : report(status.error(), found);
}
