/// @file
/// Who may do what: pure functions over an `AccessContext`.
#pragma once

#include <dataexport/access/access_context.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/exported_data.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Who may see an export besides callers with `event:admin` in its organization.
enum class ReadPolicy : std::uint8_t {
    owner,        ///< Whoever asked for it.
    organization, ///< Everybody who may use exports in its organization, as in the reference.
};

/// Decides what a caller may do. It keeps nothing between calls; the same arguments always give the same answer.
///
/// Thread safety: may be used from any number of threads at the same time.
struct PermissionEvaluator {
    ReadPolicy read_policy = ReadPolicy::owner;

    /// Whether the caller may use exports at all: logged in, in an organization that exists, with any one of
    /// `event:read`, `event:write` and `event:admin` (reference, 8.1).
    /// @return in this order `Errc::not_authenticated`, `Errc::not_found`, `Errc::permission_denied`.
    [[nodiscard]] Result<void> check_caller(const AccessContext& access) const;

    /// Whether the caller may know of this export: it is in the caller's organization, and they asked for it or
    /// have `event:admin`, or `read_policy` is `organization`. People are told apart by id, never by name.
    /// @pre `check_caller` passed
    /// @return the same `Errc::not_found` as for an id that nobody has.
    [[nodiscard]] Result<void> check_visible(const AccessContext& access, const ExportedData& record) const;

    /// Whether the caller may still see the projects that the export was made from. Every one that exists must be
    /// accessible to them; one that was removed counts as inaccessible, except to `event:admin`.
    /// @pre `check_visible` passed
    /// @return `Errc::permission_revoked`.
    [[nodiscard]] Result<void> check_projects(const AccessContext& access, const ExportedData& record) const;

    /// Whether the person who asked for an export may still have its data: all of the above, at a later time.
    /// @param access what that person may do now
    /// @return `Errc::permission_revoked`.
    [[nodiscard]] Result<void> check_still_allowed(const AccessContext& access, const ExportedData& record) const;
};

/// The error of an export that is not there, or that the caller may not know of.
[[nodiscard]] Error export_not_found();

/// Whether the organization has a feature. The empty name stands for no feature; every organization has that.
[[nodiscard]] bool has_feature(const Organization& organization, std::string_view feature);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/access/impl/permission_evaluator.ipp>
#endif
