/// @file
/// The aggregates that event queries need and SQLite does not have. Private to `src/sqlite`.
#pragma once

#include "sqlite/database.hpp"

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

/// Makes these known to a connection. No result depends on the order of the rows; a row with a null value is left out;
/// what has no value, or none that is finite, is null. Means and percentiles of integers are the nearest integers, half
/// of one rounded up.
///
/// - `exact_sum(x)`, `exact_avg(x)`: rounded once, where SQLite's own round at every row
/// - `exact_parts(x)`: a sum that is not rounded yet, as a blob; `exact_total(parts)`, also over a window, adds those
/// - `var_samp(x)`, `stddev_samp(x)`, `covar_samp(x, y)`, `corr(x, y)`: as in the SQL standard
/// - `percentile_cont(p, x)`: between the two values around p(n-1), linearly; holds 8 bytes for each row
/// - `latest_by(x, text)`: the text of the greatest x, of several the greatest by bytes
[[nodiscard]] Result<void> add_aggregates(Database& database);

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
