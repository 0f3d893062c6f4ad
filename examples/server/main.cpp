// The example server: a complete data-export service in one process, made of the library's parts.
#include "server/console_log.hpp"
#include "server/directory.hpp"
#include "server/import.hpp"
#include "server/server.hpp"
#include "server/settings.hpp"

#include <dataexport/core/time.hpp>

#include <CLI/CLI.hpp>

#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace {

int report(const dataexport::Error& error) {
    std::fprintf(stderr, "dataexport-server: %s\n", error.detail.c_str());
    return 1;
}

/// The signals that end the server are taken by `sigwait` alone, so every thread blocks them.
sigset_t block_end_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

/// A server needs a descriptor for each connection, and some for each export; the usual limit is for programs with
/// less.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

struct Arguments {
    example::ServerOptions server;
    std::string clock;
    std::vector<std::string> settings;
    std::string directory;
    std::string events;
    std::vector<std::string> imports;
};

int serve(Arguments arguments) {
    example::Settings settings;
    for (const auto& assignment : arguments.settings) {
        if (auto set = settings.set(assignment); !set) return report(set.error());
    }
    if (!arguments.clock.empty()) {
        const auto time = dataexport::parse_iso(arguments.clock);
        if (!time) return report({time.error().code, "--clock: " + time.error().detail});
        arguments.server.frozen_at = *time;
    }
    auto directory = example::Directory::read(arguments.directory);
    if (!directory) return report(directory.error());
    if (!arguments.events.empty()) arguments.server.events = arguments.events;

    raise_descriptor_limit();
    const sigset_t signals = block_end_signals();
    std::signal(SIGPIPE, SIG_IGN);
    example::ConsoleLog log;
    auto server = example::Server::open(arguments.server, settings, *std::move(directory), log);
    if (!server) return report(server.error());
    (*server)->start();
    std::printf("listening on http://%s\n", (*server)->address().c_str());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    (*server)->stop();
    return 0;
}

int import(const Arguments& arguments) {
    const auto directory = example::Directory::read(arguments.directory);
    if (!directory) return report(directory.error());
    const auto imported = example::import_events(arguments.events, *directory, arguments.imports);
    if (!imported) return report(imported.error());
    std::printf("imported %llu events", static_cast<unsigned long long>(imported->added));
    if (imported->known > 0)
        std::printf(" (%llu were there already)", static_cast<unsigned long long>(imported->known));
    std::printf("\n");
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"A data-export server over a file of events."};
    app.footer(example::Settings::help());
    Arguments arguments;
    auto* data = app.add_option("--data", arguments.server.data, "Folder of records, files and mail; made if missing")
                     ->type_name("DIR");
    auto* directory = app.add_option("--directory", arguments.directory, "Who exists (JSON)")->type_name("FILE");
    app.add_option("--events", arguments.events, "Events (default: DIR/events.db)")->type_name("FILE");
    app.add_option("--listen", arguments.server.listen, "Port 0: any free one")
        ->type_name("HOST:PORT")
        ->capture_default_str();
    app.add_option("--workers", arguments.server.workers, "Exports made at the same time; 0: none are made here")
        ->type_name("N")
        ->check(CLI::Range(0, 256))
        ->capture_default_str();
    app.add_option("--clock", arguments.clock, "Freeze the clock at this instant")->type_name("ISO-8601");
    app.add_option("--base-url", arguments.server.base_url, "What links begin with (default: the address)")
        ->type_name("URL");
    auto& notifiers = arguments.server.notifiers;
    auto* mail = app.add_option("--mail-dir", notifiers.mail_folder, "Folder for mail (default: DIR/mail)");
    mail->type_name("DIR");
    auto* smtp = app.add_option("--smtp", notifiers.smtp, "Mail server that gets mail instead: smtp://localhost:25");
    smtp->type_name("URL")->excludes(mail);
    auto* password = app.add_option("--smtp-password", notifiers.smtp_password_file, "File whose first line it is");
    password->type_name("FILE");
    auto* login = app.add_option("--smtp-user", notifiers.smtp_user, "Who logs in to the mail server, after STARTTLS");
    login->type_name("NAME")->needs(smtp)->needs(password);
    password->needs(login);
    app.add_option("--smtp-ca", notifiers.smtp_ca_file, "Certificates to trust there, PEM (default: the machine's)")
        ->type_name("FILE")
        ->needs(smtp);
    app.add_option("--mail-from", notifiers.mail_from, "Who mail is from")->type_name("ADDRESS")->capture_default_str();
    auto* secret = app.add_option("--webhook-secret", notifiers.webhook_secret_file,
                                  "File of its secrets, one a line: whsec_ and the base64 of 24 to 64 bytes");
    secret->type_name("FILE");
    auto* webhook = app.add_option("--webhook", notifiers.webhook, "Where ends of exports are posted to, signed");
    webhook->type_name("URL")->needs(secret);
    secret->needs(webhook);
    app.add_option("--set", arguments.settings, "Change a limit or a policy; see below")->type_name("NAME=VALUE");

    auto* importer = app.add_subcommand("import", "Add the events of JSONL files to an event file");
    importer->add_option("--events", arguments.events, "Event file; made if missing")->type_name("FILE")->required();
    importer->add_option("--directory", arguments.directory, "Who exists (JSON)")->type_name("FILE")->required();
    importer->add_option("files", arguments.imports, "Files of events")->type_name("FILE.jsonl")->required();

    CLI11_PARSE(app, argc, argv);
    if (importer->parsed()) return import(arguments);
    for (const auto* needed : {data, directory}) {
        if (needed->count() == 0)
            return report({dataexport::Errc::invalid_configuration, needed->get_name() + " is needed; see --help"});
    }
    return serve(std::move(arguments));
}
