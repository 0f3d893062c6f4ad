/// @file
/// The row source behind both SQLite sources: runs a `KeysetQuery` on a connection of its own.
#pragma once

#include "sqlite/database.hpp"

#include <dataexport/core/config.hpp>
#include <dataexport/ports/row_source.hpp>
#include <dataexport/sql/keyset.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

/// Prepares `statement` and binds its parameters. @return `Errc::schema_drift` if the database cannot understand it.
[[nodiscard]] Result<Statement> prepare(Database& database, const SqlStatement& statement);

/// One run is one statement that stays open, so that a sort without an index is done once. A run that begins at a
/// position begins after its key.
class KeysetSource final : public RowSource {
public:
    KeysetSource(Database database, std::unique_ptr<KeysetQuery> query);

    [[nodiscard]] std::span<const Column> columns() const override { return query_->columns(); }
    [[nodiscard]] Result<void> start(std::string_view position) override;
    [[nodiscard]] Result<Fetched> fetch(std::size_t max_rows, CellSink& sink) override;
    [[nodiscard]] std::string position() const override { return to_token(position_); }
    /// Slices rows whose key is one integer that the table is searched by.
    [[nodiscard]] Result<std::optional<RowSlice>> slice(std::string_view position, std::uint64_t keys) override;

private:
    [[nodiscard]] Result<std::vector<SqlValue>> bound();
    [[nodiscard]] Result<bool> seeks(const KeysetPosition& position);
    template <class Sink>
    [[nodiscard]] Result<Fetched> fetch_into(Sink& sink, std::size_t max_rows);
    [[nodiscard]] Result<void> note_key();
    /// The short way for what nearly all keys are: one integer, larger than the one before it. @return whether it is
    [[nodiscard]] bool note_larger_integer();

    Database database_;
    std::unique_ptr<KeysetQuery> query_;
    std::optional<bool> seeks_;     ///< Whether a range of keys is found without reading others; known when asked for.
    std::optional<Statement> rows_; ///< None: there is nothing more to read.
    KeysetPosition position_;
    std::vector<SqlValue> key_; ///< Of the row that is being read.
};

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
