#include "sqlite/exact_sum.hpp"

#include <cmath>
#include <cstddef>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

namespace {

/// A sum or product of two doubles: what it is rounded to, and what that lacks.
struct Pair {
    double rounded;
    double rest;
};

Pair exact_sum(double a, double b) noexcept {
    if (std::abs(a) < std::abs(b)) std::swap(a, b);
    const double sum = a + b;
    return {sum, b - (sum - a)};
}

Pair exact_product(double a, double b) noexcept {
    const double product = a * b;
    return {product, std::fma(a, b, -product)};
}

} // namespace

void ExactSum::add(double value) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < partials_.size(); ++i) {
        const auto [rounded, rest] = exact_sum(value, partials_[i]);
        if (rest != 0) partials_[kept++] = rest;
        value = rounded;
    }
    if (!std::isfinite(value)) kept = 0; // Nothing is left to be exact about.
    partials_.resize(kept);
    partials_.push_back(value);
}

void ExactSum::add_product(double a, double b) {
    const auto [rounded, rest] = exact_product(a, b);
    add(rounded);
    add(rest);
}

void ExactSum::add_scaled(const ExactSum& other, double factor) {
    for (const double partial : other.partials_) {
        add_product(partial, factor);
    }
}

void ExactSum::subtract_product(const ExactSum& a, const ExactSum& b) {
    for (const double partial : a.partials_) {
        add_scaled(b, -partial);
    }
}

double ExactSum::rounded() const noexcept {
    if (partials_.empty()) return 0;
    std::size_t i = partials_.size() - 1;
    double sum = partials_[i];
    double rest = 0;
    while (i > 0 && rest == 0) {
        const auto pair = exact_sum(sum, partials_[--i]);
        sum = pair.rounded;
        rest = pair.rest;
    }
    // Halfway between two doubles, what comes after decides.
    if (i > 0 && rest != 0 && std::signbit(rest) == std::signbit(partials_[i - 1])) {
        const double twice = 2 * rest;
        const double further = sum + twice;
        if (further - sum == twice) return further;
    }
    return sum;
}

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
