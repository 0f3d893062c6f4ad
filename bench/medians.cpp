#include "medians.hpp"

#include <algorithm>

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
            medians_.figures_.emplace_back(name, run.GetAdjustedCPUTime());
        }
    }

private:
    Medians& medians_;
};

bool Medians::run() {
    for (const auto& [name, work] : work_) {
        benchmark::RegisterBenchmark(name.c_str(), work)->MinTime(seconds_)->Repetitions(runs);
    }
    Reporter reporter(*this);
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::ClearRegisteredBenchmarks();
    return complaint_.empty();
}

double Medians::of(const std::string& name) const {
    return std::find_if(figures_.begin(), figures_.end(), [&](const auto& figure) { return figure.first == name; })
        ->second;
}

} // namespace bench
