#include "sqlite/export_record.hpp"

#include <dataexport/core/exported_data_json.hpp>

#include <array>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

namespace {

constexpr TimePoint first_instant{std::chrono::sys_days(std::chrono::year(1) / 1 / 1)};
constexpr TimePoint end_of_calendar{std::chrono::sys_days(std::chrono::year(10000) / 1 / 1)};

/// Reads the columns of a row from left to right. A column that cannot be what it should be makes the row damaged, and
/// gives an empty value.
class Columns {
public:
    explicit Columns(const Statement& row) : row_(row) {}

    [[nodiscard]] bool damaged() const noexcept { return damaged_; }

    std::int64_t integer() {
        const int column = take(Statement::Type::integer);
        return row_.integer(column);
    }
    std::uint64_t natural() {
        const auto value = integer();
        expect(value >= 0);
        return damaged_ ? 0 : static_cast<std::uint64_t>(value);
    }
    bool boolean() {
        const auto value = integer();
        expect(value == 0 || value == 1);
        return value == 1;
    }
    TimePoint time() {
        const auto micros = std::chrono::microseconds(integer());
        const bool sane = micros >= first_instant.time_since_epoch() && micros < end_of_calendar.time_since_epoch();
        expect(sane);
        return sane ? TimePoint(micros) : TimePoint();
    }
    std::string text() {
        const int column = take(Statement::Type::text);
        return damaged_ ? std::string() : std::string(row_.text(column));
    }
    std::string blob() {
        const auto bytes = row_.blob(take(Statement::Type::blob));
        return std::string(bytes.begin(), bytes.end());
    }
    json::value json_value() {
        auto value = parse_json(text());
        expect(value.has_value());
        return value ? std::move(*value) : json::value();
    }
    json::object object() {
        auto value = json_value();
        expect(value.is_object());
        return value.is_object() ? std::move(value.get_object()) : json::object();
    }
    std::vector<Warning> warnings() {
        auto read = warnings_from_json(json_value());
        expect(read.has_value());
        return read ? std::move(*read) : std::vector<Warning>();
    }

    /// A column that may be NULL, read with one of the members above.
    template <class T>
    std::optional<T> optional(T (Columns::*read)()) {
        if (!row_.is_null(next_)) return (this->*read)();
        ++next_;
        return std::nullopt;
    }

    void expect(bool kept) noexcept { damaged_ = damaged_ || !kept; }

private:
    int take(Statement::Type type) {
        expect(row_.type(next_) == type);
        return next_++;
    }

    const Statement& row_;
    int next_ = 0;
    bool damaged_ = false;
};

std::string projects_text(const std::vector<ProjectId>& projects) {
    json::array ids;
    for (const auto project : projects) {
        ids.push_back(project.value);
    }
    return to_json(json::value(std::move(ids)));
}

std::vector<ProjectId> read_projects(Columns& columns) {
    const auto value = columns.json_value();
    std::vector<ProjectId> projects;
    columns.expect(value.is_array());
    if (!value.is_array()) return projects;
    for (const auto& element : value.get_array()) {
        columns.expect(element.is_int64());
        if (element.is_int64()) projects.push_back(ProjectId{element.get_int64()});
    }
    return projects;
}

std::optional<User> read_user(Columns& columns) {
    const auto id = columns.optional(&Columns::integer);
    auto email = columns.optional(&Columns::text);
    auto username = columns.optional(&Columns::text);
    columns.expect(id.has_value() == email.has_value() && id.has_value() == username.has_value());
    if (!id || columns.damaged()) return std::nullopt;
    return User{UserId{*id}, std::move(*email), std::move(*username)};
}

ExportFormat read_format(Columns& columns) {
    const auto format = export_format_from_string(columns.text());
    columns.expect(format.has_value());
    return format.value_or(ExportFormat::csv);
}

Compression read_compression(Columns& columns) {
    const auto compression = compression_from_string(columns.text());
    columns.expect(compression.has_value());
    return compression.value_or(Compression::none);
}

ExportState read_state(Columns& columns) {
    const auto name = columns.text();
    for (const auto state : {ExportState::queued, ExportState::running, ExportState::finished, ExportState::failed}) {
        if (name == to_string(state)) return state;
    }
    columns.expect(false);
    return ExportState::failed;
}

bool is_checksum(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<ExportedFile> read_file(Columns& columns) {
    auto name = columns.optional(&Columns::text);
    const auto size = columns.optional(&Columns::natural);
    auto checksum = columns.optional(&Columns::text);
    columns.expect(name.has_value() == size.has_value() && name.has_value() == checksum.has_value());
    columns.expect(!checksum || is_checksum(*checksum));
    if (!name || columns.damaged()) return std::nullopt;
    return ExportedFile{std::move(*name), *size, std::move(*checksum)};
}

std::optional<Error> read_error(Columns& columns) {
    const auto code = columns.optional(&Columns::text);
    auto detail = columns.optional(&Columns::text);
    columns.expect(code.has_value() == detail.has_value());
    if (!code || columns.damaged()) return std::nullopt;
    return Error{errc_from_string(*code), std::move(*detail)};
}

/// What a record in each state cannot be without.
bool whole(const ExportedData& record) {
    const bool ended = record.state == ExportState::finished || record.state == ExportState::failed;
    return ended == record.date_finished.has_value() &&
           (record.state == ExportState::finished) == record.date_expired.has_value() &&
           (record.state == ExportState::failed) == record.error.has_value() &&
           (record.state == ExportState::finished || !record.file);
}

} // namespace

std::string warnings_text(const std::vector<Warning>& warnings) { return to_json(json::value(to_json(warnings))); }

void bind_record(Query& query, const ExportedData& record) {
    query.bind(record.id).bind(record.organization).bind(record.organization_slug);
    if (record.user) {
        query.bind(record.user->id).bind(record.user->email).bind(record.user->username);
    } else {
        query.bind_null().bind_null().bind_null();
    }
    query.bind(record.date_added).bind(record.date_finished).bind(record.date_expired);
    query.bind(record.query_type).bind(to_json(record.query_info));
    query.bind(to_string(record.format)).bind(to_string(record.compression));
    query.bind(to_json(record.dialect));
    query.bind(record.limit).bind(record.environment).bind(projects_text(record.projects));
    query.bind(to_string(record.state)).bind(record.rows).bind(record.bytes).bind(warnings_text(record.warnings));
    if (record.file) {
        query.bind(record.file->name).bind(record.file->size).bind(record.file->checksum);
    } else {
        query.bind_null().bind_null().bind_null();
    }
    if (record.error) {
        query.bind(to_string(record.error->code)).bind(record.error->detail);
    } else {
        query.bind_null().bind_null();
    }
}

Result<ExportedData> read_record(const Statement& row) {
    Columns columns(row);
    ExportedData record;
    record.id = ExportId{columns.integer()};
    record.organization = OrganizationId{columns.integer()};
    record.organization_slug = columns.text();
    record.user = read_user(columns);
    record.date_added = columns.time();
    record.date_finished = columns.optional(&Columns::time);
    record.date_expired = columns.optional(&Columns::time);
    record.query_type = columns.text();
    record.query_info = columns.object();
    record.format = read_format(columns);
    record.compression = read_compression(columns);
    record.dialect = columns.object();
    record.limit = columns.optional(&Columns::natural);
    record.environment = columns.optional(&Columns::text);
    record.projects = read_projects(columns);
    record.state = read_state(columns);
    record.rows = columns.natural();
    record.bytes = columns.natural();
    record.warnings = columns.warnings();
    record.file = read_file(columns);
    record.error = read_error(columns);
    if (columns.damaged() || !whole(record)) return Error{Errc::corrupt, "the record of this export is damaged"};
    return record;
}

void bind_checkpoint(Query& query, const Checkpoint& checkpoint) {
    query.bind_blob(checkpoint.cursor).bind(checkpoint.rows).bind(checkpoint.bytes);
    query.bind(checkpoint.text).bind(checkpoint.ahead);
    query.bind_blob(checkpoint.digest_state).bind(std::int64_t{checkpoint.complete});
    query.bind(warnings_text(checkpoint.warnings));
}

Result<Checkpoint> read_checkpoint(const Statement& row) {
    Columns columns(row);
    Checkpoint checkpoint;
    checkpoint.cursor = columns.blob();
    checkpoint.rows = columns.natural();
    checkpoint.bytes = columns.natural();
    checkpoint.text = columns.natural();
    checkpoint.ahead = columns.natural();
    checkpoint.digest_state = columns.blob();
    checkpoint.complete = columns.boolean();
    checkpoint.warnings = columns.warnings();
    if (columns.damaged()) return Error{Errc::corrupt, "the checkpoint of this export is damaged"};
    return checkpoint;
}

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
