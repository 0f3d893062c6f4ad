#include "sqlite/connection.hpp"

#include <algorithm>
#include <limits>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

Result<Statement*> Connection::statement(const char* sql) {
    if (const auto kept = statements_.find(sql); kept != statements_.end()) return &kept->second;
    auto prepared = database_.prepare(sql);
    if (!prepared) return prepared.error();
    return &statements_.emplace(sql, std::move(*prepared)).first->second;
}

Query::Query(Connection& connection, const char* sql) : database_(connection.database()) {
    const auto statement = connection.statement(sql);
    if (statement) {
        statement_ = *statement;
    } else {
        error_ = statement.error();
    }
}

Query::~Query() {
    if (statement_ != nullptr) statement_->reset();
}

Query& Query::bind(std::int64_t value) noexcept {
    if (statement_ != nullptr) statement_->bind_integer(++bound_, value);
    return *this;
}

Query& Query::bind(std::uint64_t value) noexcept {
    constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
    return bind(static_cast<std::int64_t>(std::min(value, largest)));
}

Query& Query::bind(std::string_view value) noexcept {
    if (statement_ != nullptr) statement_->bind_text(++bound_, value);
    return *this;
}

Query& Query::bind_blob(std::string_view value) noexcept {
    const std::span bytes(reinterpret_cast<const unsigned char*>(value.data()), value.size());
    if (statement_ != nullptr) statement_->bind_blob(++bound_, bytes);
    return *this;
}

Query& Query::bind_null() noexcept {
    if (statement_ != nullptr) statement_->bind_null(++bound_);
    return *this;
}

Result<bool> Query::step() {
    if (error_) return *error_;
    return statement_->step();
}

Result<std::int64_t> Query::run() {
    if (error_) return *error_;
    const auto ran = statement_->run();
    if (!ran) return ran.error();
    return database_.changes();
}

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
