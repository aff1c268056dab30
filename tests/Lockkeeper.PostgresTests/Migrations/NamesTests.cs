using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>All operations once more where names need quotes, in a schema that is not public.</summary>
public sealed class NamesTests(PostgresFixture postgres)
{
    private const string Long = "a_name_of_exactly_sixty_three_bytes_as_long_as_the_server_keeps";

    private const string Setup = $"""
        CREATE TYPE "Mood" AS ENUM ('Fine', 'it''s "grand"');
        CREATE TABLE "user" ("Select" serial PRIMARY KEY, "mixed""Quote" text UNIQUE);
        INSERT INTO "user" ("mixed""Quote") SELECT 'u' || i FROM generate_series(1, 20) i;
        CREATE TABLE "Order" (
            "Select" serial CONSTRAINT "Order PK" PRIMARY KEY,
            "user" integer NOT NULL DEFAULT 1 REFERENCES "user" ON DELETE CASCADE,
            "a ""quoted"" name" text NOT NULL,
            "from" integer CONSTRAINT "Where" CHECK ("from" > -1 AND "a ""quoted"" name" <> 'from'),
            {Long} text);
        INSERT INTO "Order" ("user", "a ""quoted"" name", "from", {Long}) SELECT 1 + i % 20, 'q' || i, i, 'l' FROM generate_series(1, 400) i;
        CREATE INDEX "By Name" ON "Order" (lower("a ""quoted"" name"), "user" DESC) WHERE "from" > 3;
        CREATE INDEX ON "Order" ({Long});
        """;

    private const string Migration = $$$"""
        operations:
          - add_column:
              table: Order
              up: 'CASE WHEN "from" % 2 = 0 THEN ''Fine''::"Mood" ELSE ''it''''s "grand"'' END'
              column: {name: "Group By", type: '"Mood"', nullable: false, comment: "it's \\ theirs", check: {name: "Check It", constraint: '"Group By" IS NOT NULL'}}
          - add_column:
              table: Order
              up: '"Group By"::text || "a ""quoted"" name" || "Select"'
              column: {name: "new \"column\"", type: text, nullable: false, unique: true}
          - add_column:
              table: Order
              column: {name: Numbered, type: serial}
          - alter_column: {table: Order, column: "a \"quoted\" name", type: varchar(99), up: '"a ""quoted"" name"', down: '"Order"."a ""quoted"" name"'}
          - alter_column: {table: Order, column: user, type: bigint, up: '"user"', down: '"user"'}
          - alter_column: {table: Order, column: {{{Long}}}, nullable: false, up: 'coalesce({{{Long}}}, '''')'}
          - rename_column: {table: user, from: "mixed\"Quote", to: Table}
          - drop_column: {table: Order, column: from, down: '"Select"'}
          - create_table:
              name: Desc Asc
              columns:
                - {name: Id, type: bigserial, pk: true}
                - {name: "Ref", type: text, nullable: true, references: {name: "F K", table: user, column: Table}}
        """;

    [Theory]
    [EachPostgres("My Schema", InTurn = true)]
    [EachPostgres("select", InTurn = true)]
    [EachPostgres("a\"b", InTurn = true)]
    [EachPostgres("ünïcode", InTurn = true)]
    public Task Names_that_need_quotes(int version, string schema) => postgres.RunAsync(version, Cycle
        .Of(Migration)
        .InSchema(schema)
        .On(Setup)
        .WithOldWrites(
            "INSERT INTO \"Order\" (\"user\", \"a \"\"quoted\"\" name\", \"from\") VALUES (1 + {n} % 20, 'o{n}', {n})",
            "UPDATE \"Order\" SET \"from\" = {n} WHERE \"Select\" = {n} % 400 + 1",
            "UPDATE \"Order\" SET \"a \"\"quoted\"\" name\" = 'u{n}' WHERE \"Select\" = {n} % 400 + 1",
            "DELETE FROM \"Order\" WHERE \"Select\" = {n} % 400 + 1")
        .WithNewWrites(
            $"INSERT INTO \"Order\" (\"user\", \"a \"\"quoted\"\" name\", \"Group By\", \"new \"\"column\"\"\", {Long}) VALUES (1 + {{n}} % 20, 'o{{n}}', 'Fine', gen_random_uuid(), '')",
            "UPDATE \"Order\" SET \"a \"\"quoted\"\" name\" = 'w{n}' WHERE \"Select\" = {n} % 400 + 1",
            "UPDATE \"user\" SET \"Table\" = \"Table\" WHERE \"Select\" = 3",
            "INSERT INTO \"Desc Asc\" (\"Ref\") VALUES ('u3')")
        .HoldsWhileStarted(
            "(SELECT count(*) = 0 FROM {old}.\"Order\" o JOIN {new}.\"Order\" n USING (\"Select\") WHERE n.\"user\" <> o.\"user\" OR n.\"a \"\"quoted\"\" name\" <> o.\"a \"\"quoted\"\" name\" OR n.\"Group By\" IS NULL)",
            "(SELECT count(DISTINCT \"Numbered\") = count(*) FROM {new}.\"Order\")"));
}
