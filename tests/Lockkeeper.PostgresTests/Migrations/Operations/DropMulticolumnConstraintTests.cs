using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class DropMulticolumnConstraintTests(PostgresFixture postgres)
{
    private const string Made = """
        CREATE TABLE makers (a integer, b integer, PRIMARY KEY (a, b));
        INSERT INTO makers SELECT i, i + 1 FROM generate_series(1, 500) i;
        CREATE TABLE pairs (
            id serial PRIMARY KEY, a integer NOT NULL, b integer NOT NULL, c text,
            CONSTRAINT far CHECK (a < b), CONSTRAINT once UNIQUE (b, a), CONSTRAINT maker FOREIGN KEY (b, a) REFERENCES makers (b, a));
        CREATE INDEX pairs_a ON pairs (a DESC);
        INSERT INTO pairs (a, b) SELECT a, b FROM makers;
        """;

    private static readonly string[] Writes = ["UPDATE pairs SET c = 'n{n}' WHERE id = {n} % 500 + 1", "DELETE FROM pairs WHERE id = {n} % 500 + 1"];

    [Theory]
    [EachPostgres("far", "")]
    [EachPostgres("once", ", up: {a: a}, down: {a: a, b: b}")]
    [EachPostgres("maker", "")]
    public Task Without_a_change_of_values_it_is_dropped_on_completion(int version, string name, string maps) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of($"drop_multicolumn_constraint: {{table: pairs, name: {name}{maps}}}"))
        .On(Made)
        .WithOldWrites([.. Writes])
        .WithNewWrites([.. Writes])
        .HoldsWhileStarted($"EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}')")
        .HoldsWhenComplete($"NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}')"));

    [Theory, EachPostgres]
    public Task The_new_version_is_free_of_it_and_the_old_one_never_sees_it_broken(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of("drop_multicolumn_constraint: {table: pairs, name: far, down: {a: \"least(a, b - 1)\", b: \"b + 1000\"}}"))
        .On(Made + "ALTER TABLE pairs DROP CONSTRAINT maker;")
        .WithOldWrites([.. Writes])
        .WithNewWrites([.. Writes, "UPDATE pairs SET a = 1000000 + {n} WHERE id = {n} % 500 + 1"])
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {old}.pairs WHERE a >= b)")
        .HoldsWhenComplete("EXISTS (SELECT FROM pg_indexes WHERE indexname = 'pairs_a')", "EXISTS (SELECT FROM pg_constraint WHERE conname = 'once')"));

    [Theory]
    [EachPostgres("LK1101", "{table: nothing, name: far}")]
    [EachPostgres("LK1150", "{table: pairs, name: nothing}")]
    [EachPostgres("LK1154", "{table: pairs, name: far, down: {a: a}}")]
    [EachPostgres("LK1155", "{table: pairs, name: far, down: {a: a, b: b, c: c}}")]
    [EachPostgres("LK1155", "{table: pairs, name: far, up: {c: c}, down: {a: a, b: b}}")]
    [EachPostgres("LK1153", "{table: makers, name: makers_pkey}")]
    [EachPostgres("LK1108", "{table: pairs, name: far, up: {a: a + 1}}")]
    public Task What_cannot_be_dropped_is_refused(int version, string code, string fields) =>
        postgres.AssertRefusedAsync(version, code, Made, Yaml.Of($"drop_multicolumn_constraint: {fields}"));
}
