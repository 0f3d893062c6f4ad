#include <dataexport/sqlite/table_source.hpp>

#include "filesystem/temporary_folder.hpp"
#include "sqlite/database.hpp"

#include <dataexport/core/time.hpp>
#include <dataexport/format/csv_writer.hpp>
#include <dataexport/testing/check_row_source.hpp>
#include <dataexport/testing/recording_sink.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace dataexport;

namespace {

using Row = testing::RecordingSink::Row;
using Rows = std::vector<Row>;

/// A database with orders, described as a program would describe them.
class Shop {
public:
    Shop() : path_(folder_.path() / "shop.db") {
        execute(R"(
CREATE TABLE orders (id INTEGER PRIMARY KEY, organization INTEGER, customer TEXT COLLATE NOCASE, amount TEXT,
                     paid INTEGER, weight REAL, placed INTEGER, details TEXT, picture BLOB, password_hash TEXT);
INSERT INTO orders VALUES
    (1, 1, 'bob', '9.90', 1, 1.5, 1589889600, '{"a":[1]}', x'00ff', 'secret'),
    (2, 1, 'Alice', '10.00', 0, 2, 1589889600.25, 'no json', NULL, 'secret'),
    (3, 2, 'alice', '1.10', 7, NULL, '2020-05-19 13:00:00', NULL, 'text', 'secret'),
    (4, 1, NULL, 'ten', NULL, 'heavy', NULL, '[]', 5, 'secret'),
    (5, 1, 'Zoe', '100', 1, 0.5, 1589889601, NULL, NULL, 'secret');
CREATE VIEW paid_orders AS SELECT id, customer FROM orders WHERE paid = 1;
CREATE TABLE pairs (a TEXT, b INTEGER, "odd ""name; DROP TABLE orders" TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
INSERT INTO pairs VALUES ('x', 2, 'x2'), ('x', 10, 'x10'), ('', 1, '1'), ('X', 1, 'X1'), (char(228), 1, 'ae'), ('y', -5, 'y');
)");
        description_.table = "orders";
        description_.key = {"id"};
        description_.columns = {column("id", ColumnType::integer),        column("customer", ColumnType::text),
                                column("amount", ColumnType::decimal),    column("paid", ColumnType::boolean),
                                column("weight", ColumnType::real),       column("placed", ColumnType::timestamp),
                                column("details", ColumnType::json),      column("picture", ColumnType::bytes),
                                column("password_hash", ColumnType::text)};
        description_.columns.back().secret = true;
        description_.organization_column = "organization";
    }

    static TableColumn column(std::string name, ColumnType type) {
        return {std::move(name), "", type, false, true, true};
    }

    void execute(const char* sql) {
        auto database = sqlite::Database::open(path_, sqlite::OpenMode::create, std::chrono::seconds{1}).value();
        REQUIRE(database.exec(sql).has_value());
    }

    /// A query for some columns of the description.
    TableQuery query(const std::vector<std::string>& names) const {
        TableQuery query;
        query.table = description_.table;
        query.key = {find(description_.key.front())};
        for (const auto& name : names) {
            query.columns.push_back(find(name));
        }
        return query;
    }

    TableColumn find(const std::string& name) const {
        for (const auto& column : description_.columns) {
            if (column.name == name) return column;
        }
        return column(name, ColumnType::text);
    }

    Result<std::unique_ptr<RowSource>> open(const TableQuery& query) const {
        return open_sqlite_table({.path = path_, .timestamps = timestamps_}, description_)(query);
    }

    Rows rows(const TableQuery& query) const {
        const auto source = open(query).value();
        REQUIRE(source->start("").has_value());
        testing::RecordingSink sink;
        REQUIRE(source->fetch(1000, sink).has_value());
        return sink.rows();
    }

    /// The first cells of the rows, which are ids, as digits.
    std::string ids(const TableQuery& query) const {
        std::string ids;
        for (const auto& row : rows(query)) {
            ids += std::to_string(std::get<std::int64_t>(row.front()));
        }
        return ids;
    }

    TemporaryFolder folder_;
    std::string path_;
    TableDescription description_;
    SqlTimestamps timestamps_ = SqlTimestamps::seconds;
};

TimePoint at(std::string_view text) { return parse_iso(text).value(); }

} // namespace

TEST_CASE("open_sqlite_table gives cells the types of their columns, and what is stored otherwise as what it is") {
    const Shop shop;
    const auto found =
        shop.rows(shop.query({"id", "customer", "amount", "paid", "weight", "placed", "details", "picture"}));
    const std::vector<unsigned char> picture{0x00, 0xff};
    const Rows expected{
        {std::int64_t{1}, "bob", DecimalCell{"9.90"}, true, 1.5, at("2020-05-19T12:00:00"), JsonCell{"{\"a\":[1]}"},
         picture},
        {std::int64_t{2}, "Alice", DecimalCell{"10.00"}, false, 2.0, at("2020-05-19T12:00:00.25"), "no json", {}},
        {std::int64_t{3}, "alice", DecimalCell{"1.10"}, std::int64_t{7}, {}, at("2020-05-19T13:00:00"), {}, "text"},
        {std::int64_t{4}, {}, "ten", {}, "heavy", {}, JsonCell{"[]"}, std::int64_t{5}},
        {std::int64_t{5}, "Zoe", DecimalCell{"100"}, true, 0.5, at("2020-05-19T12:00:01"), {}, {}},
    };
    CHECK(found == expected);
}

TEST_CASE("open_sqlite_table reads instants in microseconds and leaves numbers that are none") {
    Shop shop;
    shop.timestamps_ = SqlTimestamps::microseconds;
    shop.execute("DELETE FROM orders; INSERT INTO orders (id, placed) VALUES (1, 1589889600000001), "
                 "(2, 9223372036854775807)");
    CHECK(shop.rows(shop.query({"placed"})) ==
          Rows{{at("2020-05-19T12:00:00.000001")}, {std::numeric_limits<std::int64_t>::max()}});
}

TEST_CASE("open_sqlite_table gives labels as headings") {
    Shop shop;
    shop.description_.columns.front().label = "Order";
    const auto source = shop.open(shop.query({"id", "paid"})).value();
    const std::vector<Column> expected{{"Order", ColumnType::integer}, {"paid", ColumnType::boolean}};
    CHECK(std::vector<Column>(source->columns().begin(), source->columns().end()) == expected);
}

TEST_CASE("open_sqlite_table applies conditions") {
    const Shop shop;
    struct Case {
        TableFilter filter;
        std::string expected;
    };
    const Case cases[] = {
        {{"id", TableComparison::equal, {std::int64_t{2}, std::int64_t{5}}}, "25"},
        {{"id", TableComparison::equal, {}}, ""},
        {{"id", TableComparison::greater, {std::int64_t{3}}}, "45"},
        {{"id", TableComparison::less_equal, {std::int64_t{2}}}, "12"},
        {{"customer", TableComparison::equal, {"Alice"}}, "2"},
        {{"customer", TableComparison::equal, {std::monostate()}}, "4"},
        {{"customer", TableComparison::equal, {std::monostate(), "Zoe"}}, "45"},
        {{"customer", TableComparison::greater_equal, {"a"}}, "13"},
        {{"customer", TableComparison::equal, {"' OR 1=1 --"}}, ""},
        {{"amount", TableComparison::greater, {"9.90"}}, "25"},
        {{"amount", TableComparison::equal, {"10"}}, "2"},
        {{"paid", TableComparison::equal, {true}}, "15"},
        {{"weight", TableComparison::less, {1.6}}, "15"},
        {{"placed", TableComparison::equal, {at("2020-05-19T12:00:00")}}, "1"},
        {{"placed", TableComparison::greater, {at("2020-05-19T12:00:00.1")}}, "235"},
        {{"organization", TableComparison::equal, {std::int64_t{2}}}, "3"},
    };
    for (const auto& each : cases) {
        auto query = shop.query({"id"});
        query.filters = {each.filter};
        INFO(each.filter.column, ' ', static_cast<int>(each.filter.comparison));
        CHECK(shop.ids(query) == each.expected);
    }
}

TEST_CASE("open_sqlite_table compares instants that are stored as text by time") {
    Shop shop;
    shop.timestamps_ = SqlTimestamps::iso_text;
    shop.execute("DELETE FROM orders; INSERT INTO orders (id, placed) VALUES (1, '2020-05-19T12:00:00Z'), "
                 "(2, '2020-05-19 11:00:00'), (3, '2020-05-19T14:30:00+02:00'), (4, NULL)");
    auto query = shop.query({"id"});
    query.filters = {{"placed", TableComparison::greater_equal, {at("2020-05-19T12:00:00")}}};
    CHECK(shop.ids(query) == "13");
    query.filters.clear();
    query.sort = {{"placed", true}};
    CHECK(shop.ids(query) == "3124");
}

TEST_CASE("open_sqlite_table sorts text by bytes and decimals by number, with missing values first or last") {
    const Shop shop;
    const std::pair<TableSort, std::string> cases[] = {
        {{"customer", false}, "42531"}, {{"customer", true}, "13524"}, {{"amount", true}, "52134"},
        {{"paid", false}, "42153"},     {{"id", true}, "54321"},
    };
    for (const auto& each : cases) {
        auto query = shop.query({"id"});
        query.sort = {each.first};
        INFO(each.first.column);
        CHECK(shop.ids(query) == each.second);
    }
}

TEST_CASE("The table source of SQLite keeps the contract of RowSource") {
    Shop shop;
    std::vector<TableQuery> queries{shop.query({"id", "customer"})};
    for (const auto* column : {"customer", "amount", "weight", "placed", "paid"}) {
        for (const bool falling : {false, true}) {
            queries.push_back(shop.query({"id", "picture"}));
            queries.back().sort = {{column, falling}};
        }
    }
    for (const auto& query : queries) {
        const auto report = testing::check_row_source([&] { return shop.open(query).value(); });
        INFO(report.text());
        CHECK(report.passed());
    }
}

TEST_CASE("open_sqlite_table pages a table by a key of several columns, and a view") {
    Shop shop;
    shop.description_ = {};
    shop.description_.table = "pairs";
    shop.description_.columns = {Shop::column("a", ColumnType::text), Shop::column("b", ColumnType::integer),
                                 Shop::column("odd \"name; DROP TABLE orders", ColumnType::text)};
    shop.description_.key = {"a", "b"};
    auto query = shop.query({"odd \"name; DROP TABLE orders"});
    query.key = {shop.find("a"), shop.find("b")};
    CHECK(shop.rows(query) == Rows{{"1"}, {"X1"}, {"x2"}, {"x10"}, {"y"}, {"ae"}});
    const auto pairs = testing::check_row_source([&] { return shop.open(query).value(); });
    INFO(pairs.text());
    CHECK(pairs.passed());

    shop.description_.table = "paid_orders";
    shop.description_.columns = {Shop::column("id", ColumnType::integer), Shop::column("customer", ColumnType::text)};
    shop.description_.key = {"id"};
    CHECK(shop.rows(shop.query({"customer"})) == Rows{{"bob"}, {"Zoe"}});
}

TEST_CASE(
    "R2: a table row deleted after it was read and rows added above the largest key do not disturb a resumed run") {
    Shop shop;
    const auto query = shop.query({"id"});
    auto first = shop.open(query).value();
    REQUIRE(first->start("").has_value());
    testing::RecordingSink sink;
    REQUIRE(first->fetch(2, sink).has_value());
    const auto position = first->position();
    first.reset();
    shop.execute("DELETE FROM orders WHERE id = 2; INSERT INTO orders (id) VALUES (6)");
    const auto second = shop.open(query).value();
    REQUIRE(second->start(position).has_value());
    REQUIRE(second->fetch(100, sink).has_value());
    CHECK(sink.rows() ==
          Rows{{std::int64_t{1}}, {std::int64_t{2}}, {std::int64_t{3}}, {std::int64_t{4}}, {std::int64_t{5}}});
}

TEST_CASE("R4: open_sqlite_table fails with order-violation if the key is not unique or has nulls") {
    Shop shop;
    for (const auto* key : {"paid", "placed"}) {
        shop.description_.key = {key};
        const auto source = shop.open(shop.query({"id"})).value();
        REQUIRE(source->start("").has_value());
        testing::RecordingSink sink;
        const auto fetched = source->fetch(100, sink);
        REQUIRE_FALSE(fetched.has_value());
        CHECK(fetched.error().code == Errc::order_violation);
    }
}

TEST_CASE("S14: open_sqlite_table refuses a secret column as column, condition and sort, but not as key") {
    Shop shop;
    auto filtered = shop.query({"id"});
    filtered.filters = {{"password_hash", TableComparison::equal, {"secret"}}};
    auto sorted = shop.query({"id"});
    sorted.sort = {{"password_hash", false}};
    for (const auto& query : {shop.query({"password_hash"}), filtered, sorted}) {
        const auto source = shop.open(query);
        REQUIRE_FALSE(source.has_value());
        CHECK(source.error().code == Errc::invalid_field);
        CHECK(source.error().detail == "Unknown column: password_hash");
    }
    shop.description_.columns.front().secret = true;
    CHECK(shop.rows(shop.query({"customer"})).size() == 5);
}

TEST_CASE("S15: open_sqlite_table lets no name that is not described reach the database") {
    Shop shop;
    for (const std::string name : {"id; DROP TABLE orders", "id\" FROM orders; DROP TABLE orders; --", "rowid", "",
                                   "(SELECT password_hash FROM orders)", "ID"}) {
        auto as_filter = shop.query({"id"});
        as_filter.filters = {{name, TableComparison::equal, {std::int64_t{1}}}};
        auto as_sort = shop.query({"id"});
        as_sort.sort = {{name, true}};
        auto as_key = shop.query({"id"});
        as_key.key = {Shop::column(name, ColumnType::integer)};
        auto as_table = shop.query({"id"});
        as_table.table = name;
        for (const auto& query : {shop.query({name}), as_filter, as_sort, as_key, as_table}) {
            const auto source = shop.open(query);
            REQUIRE_FALSE(source.has_value());
            CHECK(source.error().code == Errc::invalid_field);
        }
    }
    CHECK(shop.ids(shop.query({"id"})) == "12345");
}

TEST_CASE("open_sqlite_table says schema-drift for a table or column that the file does not have") {
    Shop shop;
    const auto expect_drift = [&](const std::string& column) {
        const auto started = shop.open(shop.query({column})).value()->start("");
        REQUIRE_FALSE(started.has_value());
        CHECK(started.error().code == Errc::schema_drift);
        CHECK(started.error().detail.find("gone") == std::string::npos);
    };
    shop.description_.columns.push_back(Shop::column("gone", ColumnType::text));
    expect_drift("gone");
    shop.description_.table = "gone";
    expect_drift("id");
}

TEST_CASE("open_sqlite_table writes into the CSV writer as through any sink") {
    const Shop shop;
    auto query = shop.query({"id", "customer", "paid", "placed"});
    const auto source = shop.open(query).value();
    REQUIRE(source->start("").has_value());
    CsvWriter writer(source->columns(), CsvDialect{});
    writer.begin();
    REQUIRE(source->fetch(2, writer).has_value());
    CHECK(writer.output() == "id,customer,paid,placed\r\n1,bob,true,2020-05-19T12:00:00+00:00\r\n"
                             "2,Alice,false,2020-05-19T12:00:00.250000+00:00\r\n");
}
