using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class CreateEnumTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public Task Later_operations_of_the_migration_use_the_type(int version) => postgres.RunAsync(version, Orders
        .Under(
            "create_enum: {name: Size, values: [small, \"it's\", 'back\\slash']}",
            Yaml.AddColumn("{name: size, type: '\"Size\"', nullable: false, default: \"'small'\"}"),
            Yaml.AddColumn("{name: sizes, type: '\"Size\"[]', nullable: false, check: {name: few, constraint: cardinality(sizes) < 9}}", "ARRAY[size, 'it''s']"),
            "create_table: {name: shops, columns: [{name: id, type: integer, pk: true}, {name: size, type: '\"Size\"', default: \"'small'\"}]}",
            CreateIndexTests.Index("columns: [{column: size}], predicate: \"size <> 'small'\""))
        .WithNewWrites("INSERT INTO orders (customer, size, sizes) VALUES ('w', 'it''s', '{small}')", "UPDATE orders SET size = 'back\\slash' WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM orders o JOIN {new}.orders n USING (id) WHERE n.size IS NULL)")
        .HoldsWhenComplete("""(SELECT array_agg(enumlabel::text ORDER BY enumsortorder) = ARRAY['small', 'it''s', 'back\slash'] FROM pg_enum)"""));

    [Theory]
    [EachPostgres("mood")]
    [EachPostgres("orders")]
    public Task A_name_that_is_taken_is_refused(int version, string name) => postgres.AssertRefusedAsync(
        version, "LK1137", Orders.Setup + "CREATE TYPE mood AS ENUM ('fine')", Yaml.Of($"create_enum: {{name: {name}, values: [a]}}"));

    [Theory, EachPostgres]
    public Task A_type_of_the_same_migration_is_not_created_twice(int version) => postgres.AssertRefusedAsync(
        version, "LK1137", "SELECT", Yaml.Of("create_enum: {name: a, values: [a]}", "create_enum: {name: a, values: [b]}"));

    [Theory]
    [InlineData("[a, b, a]")]
    [InlineData("['']")]
    [InlineData("[a23456789012345678901234567890123456789012345678901234567890123456789]")]
    public void Values_that_the_server_would_refuse_are_refused(string values) => Assert.Throws<Lockkeeper.Migrations.MigrationFormatException>(
        () => Lockkeeper.Migrations.Migration.Parse(Yaml.Of($"create_enum: {{name: a, values: {values}}}"), "02_x.yaml"));
}
