/// @file
/// What the benchmark program can do: each verb has a file of its name.
#pragma once

namespace CLI {
class App;
}

namespace bench {

// Each adds its verb to the command line. When it is asked for, it runs and stores its exit status.
void add_create(CLI::App& app, int& status);
void add_export(CLI::App& app, int& status);
void add_http(CLI::App& app, int& status);
void add_make_events(CLI::App& app, int& status);
void add_micro(CLI::App& app, int& status);
void add_read_floor(CLI::App& app, int& status);

} // namespace bench
