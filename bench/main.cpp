// Measures the library. Each verb measures one thing; see their --help.
#include "verbs.hpp"

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
    CLI::App app{"Measures the library."};
    app.require_subcommand(1);
    int status = 0;
    bench::add_make_events(app, status);
    bench::add_export(app, status);
    bench::add_read_floor(app, status);
    bench::add_micro(app, status);
    bench::add_http(app, status);
    bench::add_create(app, status);
    CLI11_PARSE(app, argc, argv);
    return status;
}
