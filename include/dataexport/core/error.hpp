/// @file
/// Errors as values: what went wrong (`Errc`), what to do about it (`Condition`), and the result type that carries
/// them.
#pragma once

#include <dataexport/core/config.hpp>

#include <boost/system/result.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// What to do about an error, in six words that do not change when codes are added.
enum class Condition : std::uint8_t {
    invalid_request, ///< The caller has to change what was asked.
    denied,          ///< The caller may not do this.
    not_found,       ///< There is no such thing, or the caller may not know of it.
    conflict,        ///< Somebody else was there first; look at the present state.
    unavailable,     ///< The same call may succeed later.
    corrupt,         ///< Something is broken; an operator has to look.
};

/// What exactly went wrong. `condition(Errc)` says what to do about it.
enum class Errc : std::uint8_t {
    // invalid_request
    invalid_request,
    invalid_query_type,
    invalid_query,
    invalid_date_range,
    invalid_field,
    invalid_project,
    invalid_environment,
    invalid_dataset,
    invalid_group,
    invalid_dialect,
    invalid_cursor,
    invalid_configuration,
    invalid_input,
    unsupported,
    outside_retention,
    wrong_argument_type,
    formula_detected,
    invalid_utf8,
    nul_in_text,
    not_a_number,
    too_large,
    limit_exceeded,
    // denied
    not_authenticated,
    permission_denied,
    permission_revoked,
    feature_disabled,
    // not_found
    not_found,
    gone,
    // conflict
    already_exists,
    lease_lost,
    not_live,
    cancelled,
    // unavailable
    unavailable,
    busy,
    timed_out,
    rate_limited,
    quota_exceeded,
    out_of_memory,
    no_space,
    // corrupt
    corrupt,
    checksum_mismatch,
    order_violation,
    schema_drift,
    query_failed,
    unsupported_version,
    attempts_exhausted,
    internal,
};

/// The stable name of a code as it appears in answers and logs: lower case, words joined by `-`.
[[nodiscard]] std::string_view to_string(Errc code) noexcept;
/// The code of a stable name. @return `Errc::internal` for a name that is not one.
[[nodiscard]] Errc errc_from_string(std::string_view name) noexcept;
/// The condition that a code belongs to.
[[nodiscard]] Condition condition(Errc code) noexcept;
/// The name of a condition: `invalid_request`, `denied`, ...
[[nodiscard]] std::string_view to_string(Condition condition) noexcept;

/// An error: its code, and one sentence that says what was asked and what to do.
///
/// `detail` may be shown to the caller: it never holds a secret, a path, SQL or the content of a row.
struct Error {
    Errc code = Errc::internal;
    std::string detail;

    friend bool operator==(const Error&, const Error&) = default;
};

[[nodiscard]] inline Condition condition(const Error& error) noexcept { return condition(error.code); }
/// Whether the same call may succeed later: `Condition::unavailable`.
[[nodiscard]] inline bool retriable(Errc code) noexcept { return condition(code) == Condition::unavailable; }
[[nodiscard]] inline bool retriable(const Error& error) noexcept { return retriable(error.code); }

/// What `Result::value()` throws when there is none; code that checks first never meets it.
class Exception : public std::runtime_error {
public:
    explicit Exception(Error error);
    [[nodiscard]] const Error& error() const noexcept { return error_; }

private:
    Error error_;
};

/// Found by `boost::system::result` when `value()` is called on an error. @throws Exception
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& location);

/// A value, or the `Error` that stood in its way.
template <class T>
using Result = boost::system::result<T, Error>;

/// Success without a value: `return ok();`
[[nodiscard]] inline Result<void> ok() { return Result<void>(boost::system::in_place_value); }

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/core/impl/error.ipp>
#endif
