// The command line of data exports: what a user does over HTTP, and an operator with the data folder of a server.
#include "operator.hpp"
#include "output.hpp"
#include "stop_on_signal.hpp"
#include "user.hpp"

#include <dataexport/core/parse_integer.hpp>

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

using namespace exportctl;
using dataexport::ExportId;

namespace {

constexpr const char* footer =
    R"(With --data, verbs work on the data folder of a server; servers and workers may run on it meanwhile. Without,
they ask a server. Which one, and who asks, is in options or in the environment:

  EXPORTCTL_SERVER        URL of the server: https://exports.example.com
  EXPORTCTL_ORGANIZATION  slug or number of the organization
  EXPORTCTL_TOKEN         token of the user; or, better,
  EXPORTCTL_TOKEN_FILE    a file that holds it

A proxy is taken from https_proxy, http_proxy and no_proxy.

Exit status:
  0    done, and for fsck: nothing is wrong any more
  1    fsck found something that it did not repair, or what was asked for could not be done
  2    the command line, the folder or the name of the server is wrong, or a file is in the way
  3    there is no such export for you, or it has expired
  4    the server does not know you, or you may not do this
  5    the server cannot be reached, has too much to do, or an export did not end in time: try again later
  6    a file is not the one it should be
  7    the export has failed
  130  interrupted; a download goes on where it was when it is started again)";

struct Arguments {
    std::string data;
    ServerArguments server;
    bool as_json = false;
    std::int64_t id = 0;
    std::string organization;
    FsckArguments fsck;
    ListArguments list;
    CreateArguments create;
    WaitArguments wait;
    DownloadArguments download;
    std::string file;
    std::string manifest;
};

using Verb = std::function<Exit()>;

/// The verbs and their options. Parsing sets what is to be done.
class CommandLine {
public:
    CommandLine() {
        app_.footer(footer);
        app_.require_subcommand(1);
        add_user_verbs();
        add_shared_verbs();
        add_operator_verbs();
    }

    Exit run(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return app_.exit(error) == 0 ? done : misused;
        }
        return chosen_();
    }

private:
    static Exit report(const dataexport::Error& error, Exit status) {
        complain(error.detail);
        return status;
    }

    /// @param verb takes a `const DataFolder&`.
    template <class Use>
    Exit on_folder(Use verb) {
        const auto data = DataFolder::open(arguments_.data);
        if (!data) return report(data.error(), misused);
        const dataexport::Result<Exit> status = verb(*data);
        return status ? *status : report(status.error(), found);
    }

    /// @param verb takes a `RemoteUser&`.
    template <class Use>
    Exit at_server(Use verb) {
        arguments_.server.organization = arguments_.organization;
        const auto user = RemoteUser::open(arguments_.server);
        if (!user) return report(user.error(), misused);
        const Answer<Exit> status = verb(**user);
        if (status) return *status;
        complain(text_of(status.error()));
        return exit_status(status.error().code);
    }

    CLI::App* add(const char* name, const char* what, Verb verb) {
        auto* command = app_.add_subcommand(name, what);
        command->add_flag("--json", arguments_.as_json, "One JSON object a line");
        command->callback([this, verb = std::move(verb)] { chosen_ = verb; });
        return command;
    }
    CLI::Option* add_data(CLI::App* command) {
        return command->add_option("--data", arguments_.data, "Data folder of a server")->type_name("DIR");
    }
    CLI::Option* add_organization(CLI::App* command, const char* what) {
        return command->add_option("--organization", arguments_.organization, what);
    }
    CLI::Option* add_server(CLI::App* command) {
        auto* server = command->add_option("--server", arguments_.server.url, "URL of a server")->type_name("URL");
        command->add_option("--token-file", arguments_.server.token_file, "File with the user's token")
            ->type_name("FILE");
        command->add_option("--ca-file", arguments_.server.ca_file, "Certificates to trust, PEM")->type_name("FILE");
        command->add_flag("--allow-http", arguments_.server.allow_http,
                          "Send the token without TLS to another machine");
        command->add_option("--proxy", arguments_.server.proxy, "Proxy to ask through; empty: none")->type_name("URL");
        return server;
    }
    void add_id(CLI::App* command) {
        command->add_option("id", arguments_.id, "Export")
            ->required()
            ->check(CLI::Range(std::int64_t{1}, (std::int64_t{1} << 53) - 1));
    }

    /// A verb that asks a server.
    CLI::App* add_remote(const char* name, const char* what, std::function<Answer<Exit>(RemoteUser&)> verb) {
        auto* command = add(name, what, [this, verb = std::move(verb)] { return at_server(verb); });
        add_server(command);
        add_organization(command, "Slug or number")->type_name("TEXT");
        return command;
    }
    /// A verb for one export, of a server or of a folder.
    void add_shared(const char* name, const char* what, std::function<Answer<Exit>(RemoteUser&)> remote,
                    std::function<dataexport::Result<Exit>(const DataFolder&)> local) {
        auto* command = add_remote_or_local(name, what, std::move(remote), std::move(local));
        add_organization(command, "Slug or number")->type_name("TEXT");
        add_id(command);
    }
    CLI::App* add_remote_or_local(const char* name, const char* what, std::function<Answer<Exit>(RemoteUser&)> remote,
                                  std::function<dataexport::Result<Exit>(const DataFolder&)> local) {
        auto* command = add(name, what, [this, remote = std::move(remote), local = std::move(local)] {
            return arguments_.data.empty() ? at_server(remote) : on_folder(local);
        });
        add_data(command)->excludes(add_server(command));
        return command;
    }

    void add_user_verbs() {
        auto* create = add_remote("create", "Ask for an export", [this](RemoteUser& user) {
            return exportctl::create(user, arguments_.create, arguments_.as_json);
        });
        auto& wanted = arguments_.create;
        create->add_option("request", wanted.request, "The request as JSON: a file, or - for standard input");
        create->add_option("--type", wanted.type, "Query type, such as Discover");
        create->add_option("--format", wanted.format, "csv or jsonl");
        create->add_option("--compression", wanted.compression, "gzip or zstd");
        create->add_option("--limit", wanted.limit, "Rows at most")->type_name("ROWS");
        create->add_option("--field", wanted.fields, "A column; again for more")->allow_extra_args(false);
        create->add_option("--project", wanted.projects, "A project; again for more")->allow_extra_args(false);
        create->add_option("--query", wanted.query, "Search for these rows only");
        create->add_option("--sort", wanted.sort, "Order of the rows");
        create->add_option("--period", wanted.period, "How far back, such as 14d");
        create->add_option("--start", wanted.start, "From this instant on, such as 2020-05-19T14:00:00");
        create->add_option("--end", wanted.end, "Up to this instant");

        auto* wait = add_remote("wait", "Wait until an export has ended", [this](RemoteUser& user) {
            return exportctl::wait(user, id(), arguments_.wait, stop_.token(), arguments_.as_json);
        });
        add_id(wait);
        wait->add_option("--timeout", arguments_.wait.timeout, "Seconds at most")->check(CLI::NonNegativeNumber);

        auto* download =
            add_remote("download", "Download the file of an export, and verify it", [this](RemoteUser& user) {
                return exportctl::download(user, id(), arguments_.download, stop_.token(), arguments_.as_json);
            });
        add_id(download);
        download->add_option("-o,--output", arguments_.download.output, "A file, a folder, or - for standard output")
            ->type_name("FILE");
        download->add_option("--manifest", arguments_.download.manifest, "Keep the manifest here")->type_name("FILE");
        download->add_flag("--force", arguments_.download.force, "Replace a file that is there");
        download->add_flag("--wait", arguments_.download.wait, "Wait until the export has ended");

        add_id(add_remote("retry", "Let a failed export go on where it stopped",
                          [this](RemoteUser& user) { return exportctl::retry(user, id(), arguments_.as_json); }));

        auto* verify = add("verify", "Hold a file against the manifest of its export", [this] {
            const auto status = exportctl::verify(arguments_.file, arguments_.manifest, arguments_.as_json);
            return status ? *status : report(status.error(), exit_status(status.error().code));
        });
        verify->add_option("file", arguments_.file, "Downloaded file")->required();
        verify->add_option("manifest", arguments_.manifest, "Manifest, JSON; - for standard input")->required();
    }

    void add_shared_verbs() {
        auto* list = add_remote_or_local(
            "list", "List exports: of a server, newest first; of a folder, by id",
            [this](RemoteUser& user) { return exportctl::list(user, arguments_.list.status, arguments_.as_json); },
            [this](const DataFolder& data) -> dataexport::Result<Exit> {
                return exportctl::list(data, arguments_.list, arguments_.as_json);
            });
        add_organization(list, "Slug or number; with --data the number")->type_name("TEXT");
        list->add_option("--user", arguments_.list.user, "Of this user")->type_name("ID")->needs("--data");
        list->add_option("--status", arguments_.list.status, "In this status")
            ->check(CLI::IsMember({"EARLY", "VALID", "EXPIRED", "FAILED"}));
        number_organization(list, arguments_.list.organization);

        add_shared(
            "show", "Show an export as JSON", [this](RemoteUser& user) { return exportctl::show(user, id()); },
            [this](const DataFolder& data) { return exportctl::show(data, id()); });
        add_shared(
            "cancel", "End an export and remove its record and bytes",
            [this](RemoteUser& user) { return exportctl::cancel(user, id(), arguments_.as_json); },
            [this](const DataFolder& data) { return exportctl::cancel(data, id(), arguments_.as_json); });
    }

    void add_operator_verbs() {
        auto* fsck = add("fsck", "Compare all records with all files", [this] {
            return on_folder(
                [this](const DataFolder& data) { return exportctl::fsck(data, arguments_.fsck, arguments_.as_json); });
        });
        add_data(fsck)->required();
        fsck->add_flag("--repair", arguments_.fsck.repair,
                       "Remove what belongs to no record; fail exports whose file is gone or damaged");
        fsck->add_flag("!--no-hashes", arguments_.fsck.hashes, "Compare sizes only");

        auto* requeue = add("requeue", "Put a failed export back into the queue, to continue where it stopped", [this] {
            return on_folder(
                [this](const DataFolder& data) { return exportctl::requeue(data, id(), arguments_.as_json); });
        });
        add_data(requeue)->required();
        add_id(requeue);

        auto* stats = add("stats", "Count exports and bytes", [this] {
            return on_folder([this](const DataFolder& data) {
                return exportctl::stats(data, arguments_.list.organization, arguments_.as_json);
            });
        });
        add_data(stats)->required();
        add_organization(stats, "Of this organization")->type_name("ID");
        number_organization(stats, arguments_.list.organization);
    }

    /// With a data folder, an organization is a number.
    void number_organization(CLI::App* command, std::optional<std::int64_t>& number) {
        command->parse_complete_callback([this, &number] {
            const auto& text = arguments_.organization;
            if (arguments_.data.empty() || text.empty()) return;
            number = dataexport::parse_integer<std::int64_t>(text);
            if (!number) throw CLI::ValidationError("--organization", "must be a number with --data");
        });
    }

    [[nodiscard]] ExportId id() const { return {arguments_.id}; }

    StopOnSignal stop_;
    CLI::App app_{"Asks for data exports, fetches them, and looks after them."};
    Arguments arguments_;
    Verb chosen_;
};

} // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    return CommandLine().run(argc, argv);
}
