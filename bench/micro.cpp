// micro: what the small things cost of which an export is made.
#include "micro.hpp"
#include "verbs.hpp"

#include <dataexport/core/json.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>

namespace bench {

namespace {

using namespace dataexport;

struct Options {
    std::vector<std::string> subjects{"request", "writers", "store"};
    std::vector<std::uint64_t> store_records{1'000, 100'000, 1'000'000};
    bool quick = false;
    bool json = false;

    [[nodiscard]] bool wants(std::string_view subject) const {
        return std::find(subjects.begin(), subjects.end(), subject) != subjects.end();
    }
};

struct Ratio {
    std::string name;
    double value;
};

/// How much longer checking a request takes than reading its JSON.
std::vector<Ratio> times_parse_json(const Medians& medians) {
    std::vector<Ratio> ratios;
    for (const auto* name : {"validate_memory", "validate_sqlite"}) {
        const Figure* figure = medians.find(name);
        if (figure != nullptr) ratios.push_back({name, figure->cpu / medians.find("parse_json")->cpu});
    }
    return ratios;
}

/// How much longer each call takes of the largest store than of the smallest; by the clock if it waits for the disk.
std::vector<Ratio> times_smallest_store(const Medians& medians, const std::vector<std::uint64_t>& sizes) {
    std::vector<Ratio> ratios;
    const auto [smallest, largest] = std::minmax_element(sizes.begin(), sizes.end());
    for (const auto& store : measured_stores()) {
        for (const auto& call : measured_calls()) {
            const auto name = store + '_' + call;
            const Figure* few = medians.find(name + '_' + std::to_string(*smallest));
            const Figure* many = medians.find(name + '_' + std::to_string(*largest));
            if (few == nullptr || many == nullptr) continue;
            const bool waits = store == "durable";
            ratios.push_back({name, waits ? many->wall / few->wall : many->cpu / few->cpu});
        }
    }
    return ratios;
}

json::object object_of(const std::vector<Ratio>& ratios) {
    json::object object;
    for (const auto& [name, value] : ratios) {
        object.emplace(name, value);
    }
    return object;
}

void print_json(const Medians& medians, const std::vector<Ratio>& of_json, const std::vector<Ratio>& of_stores) {
    json::object cpu;
    json::object wall;
    json::object throughput;
    for (const auto& figure : medians.figures()) {
        cpu.emplace(figure.name, figure.cpu);
        wall.emplace(figure.name, figure.wall);
        if (figure.bytes != 0) throughput.emplace(figure.name, figure.megabytes_per_second());
    }
    std::printf("%s\n", to_json({{"nanoseconds", cpu},
                                 {"wall_nanoseconds", wall},
                                 {"megabytes_per_second", throughput},
                                 {"times_parse_json", object_of(of_json)},
                                 {"times_smallest_store", object_of(of_stores)}})
                            .c_str());
}

void print_table(const Medians& medians, const std::vector<Ratio>& of_json, const std::vector<Ratio>& of_stores) {
    std::printf("Median of %d runs:                              CPU            wall\n", Medians::runs);
    for (const auto& figure : medians.figures()) {
        std::printf("%-40s %11.2f us %11.2f us", figure.name.c_str(), figure.cpu / 1000, figure.wall / 1000);
        if (figure.bytes != 0) {
            std::printf("  %6.0f MB/s  %6.2f ns a cell", figure.megabytes_per_second(), figure.cpu / cells_written);
        }
        std::printf("\n");
    }
    for (const auto& [name, value] : of_json) {
        std::printf("%-40s %11.2f times parse_json\n", name.c_str(), value);
    }
    for (const auto& [name, value] : of_stores) {
        std::printf("%-40s %11.2f times that of the smallest store\n", name.c_str(), value);
    }
}

void add_pieces(Medians& medians, const Options& options) {
    if (options.wants("request")) add_request_pieces(medians);
    if (options.wants("writers")) add_writer_pieces(medians);
    if (options.wants("store")) add_store_pieces(medians, options.store_records);
}

/// @return the exit status.
int run(const Options& options) try {
    Medians medians(options.quick ? 0.001 : 0.2);
    add_pieces(medians, options);
    if (!medians.run()) {
        std::fprintf(stderr, "dataexport-bench: %s\n", medians.complaint().c_str());
        return 1;
    }
    const auto of_json = times_parse_json(medians);
    const auto of_stores = times_smallest_store(medians, options.store_records);
    options.json ? print_json(medians, of_json, of_stores) : print_table(medians, of_json, of_stores);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "dataexport-bench: %s\n", error.what());
    return 1;
}

} // namespace

void add_micro(CLI::App& app, int& status) {
    auto* verb = app.add_subcommand("micro", "What the small things cost of which an export is made");
    auto options = std::make_shared<Options>();
    verb->add_option("--subjects", options->subjects, "What to measure; everything if it is not given")
        ->delimiter(',')
        ->check(CLI::IsMember({"request", "writers", "store"}));
    verb->add_option("--store-records", options->store_records, "How many records the measured stores hold")
        ->delimiter(',')
        ->check(CLI::Range(std::uint64_t{100}, std::uint64_t{10'000'000}));
    verb->add_flag("--quick", options->quick, "Measure for a moment only: figures are rough");
    verb->add_flag("--json", options->json, "One JSON object instead of a table; times in nanoseconds");
    verb->callback([options, &status] { status = run(*options); });
}

} // namespace bench
