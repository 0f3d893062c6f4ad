#pragma once

#include <dataexport/memory/impl/event_values.ipp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// What functions work out of values.
namespace detail::event_statistics {

/// A result; null if it is no finite number.
inline MemoryCell finite(double value) { return std::isfinite(value) ? MemoryCell(value) : MemoryCell(); }

/// Adds doubles without error, as one wide integer that counts units far below the smallest of them.
class ExactSum {
public:
    void add(double value) noexcept {
        int exponent = 0;
        const double fraction = std::frexp(value, &exponent);
        const std::int64_t sign = value < 0 ? -1 : 1;
        const auto mantissa = static_cast<std::uint64_t>(std::ldexp(std::abs(fraction), mantissa_bits));
        const int shift = exponent - mantissa_bits - unit_exponent;
        const auto place = static_cast<std::size_t>(shift / digit_bits);
        const std::uint64_t low = (mantissa & mask) << (shift % digit_bits);
        const std::uint64_t high = (mantissa >> digit_bits) << (shift % digit_bits);
        digits_[place] += sign * static_cast<std::int64_t>(low & mask);
        digits_[place + 1] += sign * static_cast<std::int64_t>((low >> digit_bits) + (high & mask));
        digits_[place + 2] += sign * static_cast<std::int64_t>(high >> digit_bits);
    }

    /// The double that is nearest to the sum; infinite if that is too large.
    [[nodiscard]] double rounded() const noexcept {
        auto digits = digits_;
        const bool negative = carry(digits) < 0;
        if (negative) {
            for (auto& digit : digits) {
                digit = -digit;
            }
            carry(digits);
        }
        return negative ? -nearest(digits) : nearest(digits);
    }

private:
    static constexpr int mantissa_bits = 53;
    static constexpr int unit_exponent = -1074 - mantissa_bits;
    static constexpr int digit_bits = 32;
    static constexpr std::uint64_t mask = 0xffff'ffff;
    using Digits = std::array<std::int64_t, 72>; ///< Lowest first; the sign of the number is that of the last.

    /// Brings all digits into the range of 32 bits. @return what is left over: negative if the number is.
    static std::int64_t carry(Digits& digits) noexcept {
        std::int64_t carried = 0;
        for (auto& digit : digits) {
            digit += carried;
            carried = digit >> digit_bits;
            digit &= static_cast<std::int64_t>(mask);
        }
        return carried;
    }

    /// @pre the digits are those of a number that is not negative, in range.
    static double nearest(const Digits& digits) noexcept {
        constexpr int enough_bits = mantissa_bits + 2; // One to round by, one for all that are below.
        std::uint64_t bits = 0;
        int exponent = unit_exponent + digit_bits * static_cast<int>(digits.size());
        for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
            if (bits == 0 && *digit == 0) {
                exponent -= digit_bits;
                continue;
            }
            for (int bit = digit_bits - 1; bit >= 0; --bit) {
                const std::uint64_t value = static_cast<std::uint64_t>(*digit) >> bit & 1;
                if (bits >> (enough_bits - 1) != 0) {
                    bits |= value;
                } else {
                    bits = bits << 1 | value;
                    --exponent;
                }
            }
        }
        return std::ldexp(static_cast<double>(bits), exponent);
    }

    Digits digits_{};
};

inline double sum_of(const std::vector<double>& numbers) noexcept {
    ExactSum sum;
    for (const double number : numbers) {
        sum.add(number);
    }
    return sum.rounded();
}

inline MemoryCell sum(const std::vector<double>& numbers) {
    return numbers.empty() ? MemoryCell() : finite(sum_of(numbers));
}

inline MemoryCell average(const std::vector<double>& numbers) {
    return finite(sum_of(numbers) / static_cast<double>(numbers.size()));
}

/// The mean of instants to the microsecond, half of one rounded up
inline MemoryCell average(const std::vector<TimePoint>& instants) {
    if (instants.empty()) return {};
    const auto count = static_cast<std::int64_t>(instants.size());
    std::int64_t wholes = 0;
    std::int64_t rests = 0; // Below count * count in all.
    for (const auto instant : instants) {
        wholes += instant.time_since_epoch().count() / count;
        rests += instant.time_since_epoch().count() % count;
    }
    const auto rounded =
        static_cast<std::int64_t>(std::floor(static_cast<double>(rests) / static_cast<double>(count) + 0.5));
    return TimePoint{TimePoint::duration{wholes + rounded}};
}

/// What lies between two values.
inline double between(double low, double high, double share) noexcept { return low + (high - low) * share; }
inline TimePoint between(TimePoint low, TimePoint high, double share) noexcept {
    return low + TimePoint::duration{std::llround(static_cast<double>((high - low).count()) * share)};
}

inline MemoryCell result(double value) { return finite(value); }
inline MemoryCell result(TimePoint value) { return value; }

/// Interpolates linearly at p(n-1).
template <class T>
MemoryCell percentile(std::vector<T> values, double p) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const double place = p * static_cast<double>(values.size() - 1);
    const double whole = std::floor(place);
    const auto below = static_cast<std::size_t>(whole);
    const auto above = std::min(below + 1, values.size() - 1);
    return result(between(values[below], values[above], place - whole));
}

/// How far values are from one of them. Their spread is the same, and small numbers leave more digits for it.
using Distances = std::vector<long double>;

/// Of a sample; NaN if there are fewer than two.
inline double covariance(const Distances& left, const Distances& right) {
    if (left.size() < 2) return std::numeric_limits<double>::quiet_NaN();
    const auto count = static_cast<long double>(left.size());
    long double left_mean = 0;
    long double right_mean = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        left_mean += left[i] / count;
        right_mean += right[i] / count;
    }
    long double total = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        total += (left[i] - left_mean) * (right[i] - right_mean);
    }
    return static_cast<double>(total / (count - 1));
}

/// Null if one side does not vary.
inline MemoryCell correlation(const Distances& left, const Distances& right) {
    const double spreads = std::sqrt(covariance(left, left)) * std::sqrt(covariance(right, right));
    return finite(std::clamp(covariance(left, right) / spreads, -1.0, 1.0));
}

} // namespace detail::event_statistics

DATAEXPORT_NAMESPACE_END
