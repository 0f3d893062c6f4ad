#include "sqlite/aggregates.hpp"

#include "sqlite/exact_sum.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

namespace {

bool is_number(sqlite3_value* value) noexcept {
    const int type = sqlite3_value_type(value);
    return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

/// What is not put is null.
void put(sqlite3_context* context, double result) noexcept {
    if (std::isfinite(result)) sqlite3_result_double(context, result);
}

class Sum {
public:
    static constexpr int arguments = 1;

    void add(sqlite3_value** values) {
        if (!is_number(values[0])) return;
        is_empty_ = false;
        sum_.add(sqlite3_value_double(values[0]));
    }
    void put_result(sqlite3_context* context) const {
        if (!is_empty_) put(context, sum_.rounded());
    }

protected:
    bool is_empty_ = true;
    ExactSum sum_;
};

class Parts : public Sum {
public:
    void put_result(sqlite3_context* context) const {
        const auto parts = sum_.parts();
        if (!is_empty_) sqlite3_result_blob64(context, parts.data(), parts.size_bytes(), SQLITE_TRANSIENT);
    }
};

class Total {
public:
    static constexpr int arguments = 1;

    void add(sqlite3_value** values) { change(values[0], 1); }
    void remove(sqlite3_value** values) { change(values[0], -1); }
    void put_result(sqlite3_context* context) const {
        if (count_ > 0) put(context, sum_.rounded());
    }

private:
    void change(sqlite3_value* parts, int sign) {
        if (sqlite3_value_type(parts) != SQLITE_BLOB) return;
        const auto* bytes = static_cast<const char*>(sqlite3_value_blob(parts));
        const auto size = static_cast<std::size_t>(sqlite3_value_bytes(parts));
        for (std::size_t i = 0; i + sizeof(double) <= size; i += sizeof(double)) {
            double part = 0;
            std::memcpy(&part, bytes + i, sizeof part);
            sum_.add(sign * part);
        }
        count_ += sign;
    }

    std::int64_t count_ = 0;
    ExactSum sum_;
};

/// The mean of integers, exact however many they are.
class IntegerMean {
public:
    void add(std::int64_t value) {
        high_ += value >> low_bits;
        low_ += value & low_mask;
    }
    /// To the nearest integer, half of one rounded up. @pre `count > 0`
    [[nodiscard]] std::int64_t rounded(std::int64_t count) const {
        const std::int64_t rest = (high_ % count << low_bits) + low_;
        return (high_ / count << low_bits) + floored(2 * rest + count, 2 * count);
    }

private:
    static constexpr int low_bits = 20;
    static constexpr std::int64_t low_mask = (1 << low_bits) - 1;

    static std::int64_t floored(std::int64_t dividend, std::int64_t divisor) {
        return dividend / divisor - (dividend % divisor < 0 ? 1 : 0);
    }

    std::int64_t high_ = 0;
    std::int64_t low_ = 0;
};

class Average {
public:
    static constexpr int arguments = 1;

    void add(sqlite3_value** values) {
        if (!is_number(values[0])) return;
        ++count_;
        if (sqlite3_value_type(values[0]) == SQLITE_INTEGER) {
            ++integers_;
            integer_mean_.add(sqlite3_value_int64(values[0]));
        }
        sum_.add(sqlite3_value_double(values[0]));
    }
    void put_result(sqlite3_context* context) const {
        if (count_ == 0) return;
        if (integers_ == count_) return sqlite3_result_int64(context, integer_mean_.rounded(count_));
        put(context, sum_.rounded() / static_cast<double>(count_));
    }

private:
    std::int64_t count_ = 0;
    std::int64_t integers_ = 0;
    IntegerMean integer_mean_;
    ExactSum sum_;
};

/// The sum of the products of two distances from the mean, times n. Nothing cancels out: sums have no error.
double spread(std::int64_t count, const ExactSum& products, const ExactSum& a, const ExactSum& b) {
    ExactSum difference;
    difference.add_scaled(products, static_cast<double>(count));
    difference.subtract_product(a, b);
    return difference.rounded();
}

/// @pre `count > 1`
double of_sample(double spread, std::int64_t count) {
    return spread / (static_cast<double>(count) * static_cast<double>(count - 1));
}

class Variance {
public:
    static constexpr int arguments = 1;

    void add(sqlite3_value** values) {
        if (!is_number(values[0])) return;
        const double x = sqlite3_value_double(values[0]);
        ++count_;
        x_.add(x);
        xx_.add_product(x, x);
    }
    void put_result(sqlite3_context* context) const {
        if (count_ > 1) put(context, variance());
    }

protected:
    [[nodiscard]] double variance() const { return of_sample(spread(count_, xx_, x_, x_), count_); }

    std::int64_t count_ = 0;

private:
    ExactSum x_;
    ExactSum xx_;
};

class Deviation : public Variance {
public:
    void put_result(sqlite3_context* context) const {
        if (count_ > 1) put(context, std::sqrt(variance()));
    }
};

class Covariance {
public:
    static constexpr int arguments = 2;

    void add(sqlite3_value** values) {
        if (!is_number(values[0]) || !is_number(values[1])) return;
        const double x = sqlite3_value_double(values[0]);
        const double y = sqlite3_value_double(values[1]);
        ++count_;
        x_.add(x);
        y_.add(y);
        xx_.add_product(x, x);
        yy_.add_product(y, y);
        xy_.add_product(x, y);
    }
    void put_result(sqlite3_context* context) const {
        if (count_ > 1) put(context, of_sample(spread(count_, xy_, x_, y_), count_));
    }

protected:
    /// None if one side does not vary.
    [[nodiscard]] std::optional<double> correlation() const {
        const double x = spread(count_, xx_, x_, x_);
        const double y = spread(count_, yy_, y_, y_);
        if (!(x > 0 && y > 0)) return std::nullopt;
        return std::clamp(spread(count_, xy_, x_, y_) / (std::sqrt(x) * std::sqrt(y)), -1.0, 1.0);
    }

private:
    std::int64_t count_ = 0;
    ExactSum x_;
    ExactSum y_;
    ExactSum xx_;
    ExactSum yy_;
    ExactSum xy_;
};

class Correlation : public Covariance {
public:
    void put_result(sqlite3_context* context) const {
        if (const auto value = correlation()) put(context, *value);
    }
};

double between(double lower, double upper, double part) { return lower + (upper - lower) * part; }
std::int64_t between(std::int64_t lower, std::int64_t upper, double part) {
    return lower + std::llround(static_cast<double>(upper - lower) * part);
}

/// What lies at `fraction` of the way through the values, which are put in another order. @pre there are some
template <class T>
T percentile(std::vector<T>& values, double fraction) {
    const double place = fraction * static_cast<double>(values.size() - 1);
    const double part = place - std::floor(place);
    const auto lower = values.begin() + static_cast<std::ptrdiff_t>(place);
    std::nth_element(values.begin(), lower, values.end());
    return part > 0 ? between(*lower, *std::min_element(lower + 1, values.end()), part) : *lower;
}

class Percentile {
public:
    static constexpr int arguments = 2;

    void add(sqlite3_value** values) {
        fraction_ = sqlite3_value_double(values[0]);
        const int type = sqlite3_value_type(values[1]);
        if (type == SQLITE_INTEGER) integers_.push_back(sqlite3_value_int64(values[1]));
        if (type == SQLITE_FLOAT) reals_.push_back(sqlite3_value_double(values[1]));
    }
    void put_result(sqlite3_context* context) {
        if (!(fraction_ >= 0 && fraction_ <= 1)) return;
        if (!integers_.empty() && reals_.empty()) {
            return sqlite3_result_int64(context, percentile(integers_, fraction_));
        }
        reals_.insert(reals_.end(), integers_.begin(), integers_.end());
        if (!reals_.empty()) put(context, percentile(reals_, fraction_));
    }

private:
    double fraction_ = 0;
    std::vector<double> reals_;
    std::vector<std::int64_t> integers_;
};

class LatestBy {
public:
    static constexpr int arguments = 2;

    void add(sqlite3_value** values) {
        const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(values[1]));
        if (!is_number(values[0]) || data == nullptr) return;
        const auto by = sqlite3_value_int64(values[0]);
        const std::string_view text(data, static_cast<std::size_t>(sqlite3_value_bytes(values[1])));
        if (text_ && std::tie(by, text) <= std::tuple<std::int64_t, std::string_view>(by_, *text_)) return;
        by_ = by;
        text_ = text;
    }
    void put_result(sqlite3_context* context) const {
        if (text_) sqlite3_result_text64(context, text_->data(), text_->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }

private:
    std::int64_t by_ = 0;
    std::optional<std::string> text_;
};

/// The callbacks of an aggregate. SQLite keeps a pointer to the state for each group, and calls `finish` for each
/// state that was begun, also when a statement ends early.
template <class State>
struct Callbacks {
    static State** slot(sqlite3_context* context, bool make) noexcept {
        return static_cast<State**>(sqlite3_aggregate_context(context, make ? int{sizeof(State*)} : 0));
    }

    /// Nothing may be thrown through SQLite.
    template <class Work>
    static void guarded(sqlite3_context* context, Work work) noexcept {
        try {
            work();
        } catch (...) {
            sqlite3_result_error_nomem(context);
        }
    }

    template <auto change>
    static void step(sqlite3_context* context, int /*count*/, sqlite3_value** values) noexcept {
        guarded(context, [&] {
            State** state = slot(context, true);
            if (state == nullptr) throw std::bad_alloc();
            if (*state == nullptr) *state = std::make_unique<State>().release();
            State& present = **state;
            std::invoke(change, present, values);
        });
    }

    static void value(sqlite3_context* context) noexcept {
        State** state = slot(context, false);
        if (state != nullptr && *state != nullptr) guarded(context, [&] { (*state)->put_result(context); });
    }

    static void finish(sqlite3_context* context) noexcept {
        value(context);
        if (State** state = slot(context, false)) delete std::exchange(*state, nullptr);
    }
};

constexpr int text_form = SQLITE_UTF8 | SQLITE_DIRECTONLY;

template <class State>
int add_aggregate(sqlite3* connection, const char* name) noexcept {
    using Made = Callbacks<State>;
    return sqlite3_create_function_v2(connection, name, State::arguments, text_form, nullptr, nullptr,
                                      Made::template step<&State::add>, Made::finish, nullptr);
}

int add_total(sqlite3* connection) noexcept {
    using Made = Callbacks<Total>;
    return sqlite3_create_window_function(connection, "exact_total", Total::arguments, text_form, nullptr,
                                          Made::step<&Total::add>, Made::finish, Made::value,
                                          Made::step<&Total::remove>, nullptr);
}

} // namespace

Result<void> add_aggregates(Database& database) {
    sqlite3* connection = database.handle();
    for (const int result : {
             add_aggregate<Sum>(connection, "exact_sum"),
             add_aggregate<Parts>(connection, "exact_parts"),
             add_total(connection),
             add_aggregate<Average>(connection, "exact_avg"),
             add_aggregate<Variance>(connection, "var_samp"),
             add_aggregate<Deviation>(connection, "stddev_samp"),
             add_aggregate<Covariance>(connection, "covar_samp"),
             add_aggregate<Correlation>(connection, "corr"),
             add_aggregate<Percentile>(connection, "percentile_cont"),
             add_aggregate<LatestBy>(connection, "latest_by"),
         }) {
        if (result != SQLITE_OK) return error_of(result);
    }
    return ok();
}

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
