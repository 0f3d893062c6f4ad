#include "medians.hpp"

#include <algorithm>
#include <array>

namespace bench {

/// Takes from what is reported the medians, and the first error.
class Medians::Reporter final : public benchmark::BenchmarkReporter {
public:
    explicit Reporter(Medians& medians) : medians_(medians) {}

    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& reported) override {
        for (const Run& run : reported) {
            const std::string& name = run.run_name.function_name;
            if (run.error_occurred && medians_.complaint_.empty())
                medians_.complaint_ = name + ": " + run.error_message;
            if (run.run_type != Run::RT_Aggregate || run.aggregate_name != "median") continue;
            const auto piece = std::find_if(medians_.pieces_.begin(), medians_.pieces_.end(),
                                            [&](const Piece& each) { return each.name == name; });
            medians_.figures_.push_back({.name = name,
                                         .cpu = run.GetAdjustedCPUTime(),
                                         .wall = run.GetAdjustedRealTime(),
                                         .bytes = piece->bytes,
                                         .place = piece - medians_.pieces_.begin()});
        }
    }

private:
    Medians& medians_;
};

bool Medians::run() {
    std::array arguments{std::string("dataexport-bench"), std::string("--benchmark_enable_random_interleaving=true")};
    std::array<char*, arguments.size()> argv{arguments[0].data(), arguments[1].data()};
    int argc = static_cast<int>(argv.size());
    benchmark::Initialize(&argc, argv.data());
    for (const auto& [name, work, bytes] : pieces_) {
        benchmark::RegisterBenchmark(name.c_str(), work)->MinTime(seconds_)->Repetitions(runs);
    }
    Reporter reporter(*this);
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::ClearRegisteredBenchmarks();
    std::sort(figures_.begin(), figures_.end(), [](const Figure& a, const Figure& b) { return a.place < b.place; });
    return complaint_.empty();
}

const Figure* Medians::find(const std::string& name) const {
    const auto found =
        std::find_if(figures_.begin(), figures_.end(), [&](const Figure& figure) { return figure.name == name; });
    return found == figures_.end() ? nullptr : &*found;
}

} // namespace bench
