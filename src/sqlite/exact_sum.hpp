/// @file
/// Sums of doubles that do not depend on their order. Private to `src/sqlite`.
#pragma once

#include <dataexport/core/config.hpp>

#include <span>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

/// A sum of doubles without error, rounded once when it is asked for (J. R. Shewchuk, Adaptive Precision
/// Floating-Point Arithmetic, 1997). Memory grows with the range of the exponents, to 40 doubles at most.
///
/// What overflows makes the sum infinite or NaN.
class ExactSum {
public:
    void add(double value);
    void add_product(double a, double b);
    /// Adds `factor` times `other`.
    void add_scaled(const ExactSum& other, double factor);
    /// Subtracts the product of two sums.
    void subtract_product(const ExactSum& a, const ExactSum& b);

    /// Doubles that have the same sum without error.
    [[nodiscard]] std::span<const double> parts() const noexcept { return partials_; }
    /// The double that is nearest to the sum, the even one of two.
    [[nodiscard]] double rounded() const noexcept;

private:
    std::vector<double> partials_; ///< Rising in size; no bit of one overlaps those of another.
};

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
