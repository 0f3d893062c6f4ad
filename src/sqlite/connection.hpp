/// @file
/// A connection that keeps its prepared statements, and one use of such a statement. Private to `src/sqlite`.
#pragma once

#include "sqlite/database.hpp"

#include <dataexport/core/ids.hpp>
#include <dataexport/core/time_point.hpp>

#include <optional>
#include <unordered_map>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

/// A database connection and the statements that were prepared on it.
///
/// Thread safety: one thread at a time.
class Connection {
public:
    explicit Connection(Database database) : database_(std::move(database)) {}

    [[nodiscard]] Database& database() noexcept { return database_; }
    /// The statement of this text, prepared at its first use.
    /// @pre `sql` is a constant: statements are told apart by its address
    [[nodiscard]] Result<Statement*> statement(const char* sql);

private:
    Database database_;
    std::unordered_map<const char*, Statement> statements_;
};

/// One use of a kept statement: bind its parameters in order, then run it or step through its rows. It is reset at the
/// end. A statement that could not be prepared says so when it is run.
class Query {
public:
    Query(Connection& connection, const char* sql);
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query();

    Query& bind(std::int64_t value) noexcept;
    /// Numbers beyond the largest that SQLite has become that one.
    Query& bind(std::uint64_t value) noexcept;
    Query& bind(std::string_view value) noexcept;
    Query& bind_blob(std::string_view value) noexcept;
    Query& bind(TimePoint value) noexcept { return bind(std::int64_t{value.time_since_epoch().count()}); }
    Query& bind_null() noexcept;
    template <class Tag>
    Query& bind(Id<Tag> value) noexcept {
        return bind(value.value);
    }
    template <class T>
    Query& bind(const std::optional<T>& value) noexcept {
        return value ? bind(*value) : bind_null();
    }

    /// Goes to the next row. @return false after the last one.
    [[nodiscard]] Result<bool> step();
    /// Runs a statement that gives no rows. @return how many rows it changed.
    [[nodiscard]] Result<std::int64_t> run();

    /// The row that `step` went to. @pre `step` returned true
    [[nodiscard]] const Statement& row() const noexcept { return *statement_; }

private:
    Database& database_;
    Statement* statement_ = nullptr;
    std::optional<Error> error_;
    int bound_ = 0;
};

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
