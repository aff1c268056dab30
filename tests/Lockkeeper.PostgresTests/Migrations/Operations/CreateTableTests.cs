using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class CreateTableTests(PostgresFixture postgres)
{
    private const string Lines = """
        operations:
          - create_table:
              name: Order Lines
              comment: what was ordered, line by line
              columns:
                - {name: id, type: bigserial, pk: true}
                - {name: part, type: integer, pk: true, comment: "the part's number"}
                - name: order
                  type: bigint
                  nullable: true
                  references: {name: lines_order_fk, table: orders, column: id, on_delete: CASCADE, on_update: RESTRICT, deferrable: true, initially_deferred: true}
                - {name: "previous", type: bigint, nullable: true, unique: true, references: {name: lines_previous_fk, table: Order Lines, column: previous}}
                - {name: state, type: varchar(20), nullable: false, default: "'new'", check: {name: state_known, constraint: "state <> 'state' AND length(state) > 0"}}
                - {name: made_at, type: timestamptz, default: now()}
                - {name: token, type: uuid, default: gen_random_uuid(), unique: true}
                - {name: total, type: "numeric(10,2)", nullable: true}
                - {name: twice, type: numeric, nullable: true, generated: {expression: total * 2}}
                - {name: number, type: integer, generated: {identity: {user_specified_values: BY DEFAULT, sequence_options: START 100 INCREMENT 5}}}
                - {name: fixed, type: smallint, generated: {identity: {}}}
                - {name: "a \"quoted\" name", type: "text[]", nullable: true, default: "'{}'::text[]"}
        """;

    private const string Taken = """
        CREATE VIEW seen AS SELECT 1 AS one;
        CREATE TYPE mood AS ENUM ('fine');
        CREATE INDEX t_pkey ON orders (id);
        CREATE SEQUENCE t_id_key;
        """;

    [Theory, EachPostgres]
    public Task Every_field_of_a_table_and_both_versions_may_use_it_from_the_start(int version) => postgres.RunAsync(version, Cycle
        .Of(Lines)
        .On(Orders.Setup)
        .WithOldWrites(Orders.Writes)
        .WithNewWrites(
            """INSERT INTO "Order Lines" (part, "order", total) VALUES ({n}, NULL, {n})""",
            """UPDATE "Order Lines" SET state = 'n{n}' WHERE part = {n}""",
            "UPDATE orders SET price = {n} WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted(
            """to_regclass('{old}."Order Lines"') IS NOT NULL""",
            """(SELECT count(*) = 0 FROM {new}."Order Lines" WHERE twice IS DISTINCT FROM total * 2 OR state IS NULL OR number < 100)""")
        .HoldsWhenComplete(
            """obj_description('"Order Lines"'::regclass) = 'what was ordered, line by line'""",
            """(SELECT count(*) > 0 FROM "Order Lines")"""));

    [Theory, EachPostgres]
    public Task Every_kind_of_constraint(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of("create_table: {name: rooms, columns: ["
            + "{name: id, type: integer, nullable: true}, {name: part, type: integer}, {name: \"to\", type: integer, nullable: true}, {name: days, type: daterange, nullable: true}, {name: note, type: text, nullable: true}], constraints: ["
            + "{name: rooms_pk, type: primary_key, columns: [id, part], index_parameters: {include_columns: [note], storage_parameters: fillfactor = 80}}, "
            + "{name: once, type: unique, columns: [note, part], deferrable: true, initially_deferred: true, index_parameters: {tablespace: pg_default}}, "
            + $"{{name: nulls, type: unique, columns: [id, note], nulls_not_distinct: {(version >= 15 ? "true" : "false")}}}, "
            + "{name: sane, type: check, check: part > 0 AND note <> 'note', no_inherit: true}, "
            + "{name: self, type: foreign_key, columns: [to, part], deferrable: true, references: {table: rooms, columns: [id, part], on_delete: SET NULL, "
            + $"{(version >= 15 ? "on_delete_set_columns: [to], " : "")}on_update: CASCADE, match_type: SIMPLE}}}}, "
            + "{name: ordered, type: foreign_key, columns: [id], deferrable: false, references: {table: orders, columns: [id]}}, "
            + "{name: apart, type: exclude, deferrable: true, exclude: {index_method: gist, elements: days WITH &&, predicate: note IS NOT NULL}, index_parameters: {storage_parameters: fillfactor = 80}}]}"))
        .On(Orders.Setup)
        .WithOldWrites("UPDATE orders SET price = {n} WHERE id = {n} % 600 + 1")
        .WithNewWrites("INSERT INTO rooms (id, part, note) VALUES ({n} % 600 + 1, 1 + (random() * 1000000000)::integer, gen_random_uuid()::text)")
        .HoldsWhenComplete("(SELECT count(*) = 7 FROM pg_constraint WHERE conrelid = 'rooms'::regclass AND contype <> 'n')"));

    [Theory]
    [EachPostgres("LK1151", "columns: [{name: id, type: integer, pk: true}], constraints: [{name: k, type: primary_key, columns: [id]}]")]
    [EachPostgres("LK1102", "columns: [{name: id, type: integer}], constraints: [{name: k, type: unique, columns: [nothing]}]")]
    [EachPostgres("LK1102", "columns: [{name: id, type: integer}], constraints: [{name: k, type: foreign_key, columns: [nothing], references: {table: orders, columns: [id]}}]")]
    [EachPostgres("LK1101", "columns: [{name: id, type: integer}], constraints: [{name: k, type: foreign_key, columns: [id], references: {table: nothing, columns: [id]}}]")]
    [EachPostgres("LK1117", "columns: [{name: id, type: integer}], constraints: [{name: k, type: foreign_key, columns: [id], references: {table: orders, columns: [id, price]}}]")]
    [EachPostgres("LK1112", "columns: [{name: id, type: integer, check: {name: k, constraint: id > 0}}], constraints: [{name: k, type: check, check: id > 1}]")]
    [EachPostgres("LK1105", "columns: [{name: id, type: integer}], constraints: [{name: k, type: exclude, exclude: {index_method: gist, elements: nothing WITH =}}]")]
    [EachPostgres("LK1120", "columns: [{name: id, type: integer}], constraints: [{name: t_pkey, type: unique, columns: [id]}]")]
    public Task A_constraint_that_does_not_fit_is_refused(int version, string code, string fields) =>
        postgres.AssertRefusedAsync(version, code, Orders.Setup + Taken, Yaml.Of($"create_table: {{name: u, {fields}}}"));

    [Theory, EachPostgres]
    public Task Operations_of_the_same_migration_go_on_with_the_table(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(
            "create_table: {name: shops, columns: [{name: id, type: integer, pk: true}, {name: name, type: text}, {name: old, type: text, nullable: true}]}",
            Yaml.AddColumn("{name: city, type: text, nullable: false, unique: true}", "name", "shops"),
            Yaml.RenameColumn("name", "title", "shops"),
            Yaml.DropColumn("old", table: "shops"),
            Yaml.AddColumn("{name: shop, type: integer, nullable: true, references: {name: orders_shop_fk, table: shops, column: id}}")))
        .On(Orders.Setup)
        .WithOldWrites(Orders.Writes)
        .WithNewWrites(
            "INSERT INTO shops (id, title, city) VALUES ({n}, 't', gen_random_uuid()) ON CONFLICT DO NOTHING",
            "INSERT INTO orders (customer) VALUES ('w')"));

    [Theory, EachPostgres]
    public Task Keys_and_sequences_that_the_file_gives_no_name_get_the_next_that_is_free(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of("create_table: {name: t, columns: [{name: id, type: integer, pk: true, unique: true}, {name: k, type: integer, nullable: true, unique: true}, {name: n, type: serial}]}"))
        .On(Orders.Setup + Taken + "CREATE VIEW t_k_key AS SELECT 1 AS one; CREATE VIEW t_n_seq AS SELECT 1 AS one; CREATE VIEW t_n_seq1 AS SELECT 1 AS one;")
        .WithNewWrites("INSERT INTO t VALUES ({n}) ON CONFLICT DO NOTHING")
        .HoldsWhenComplete(
            "(SELECT string_agg(conname, ' ' ORDER BY conname) = 't_k_key1 t_pkey1' FROM pg_constraint WHERE conrelid = 't'::regclass AND contype <> 'n')",
            "pg_get_serial_sequence('t', 'n') = 'public.t_n_seq2'"));

    // What is planned may be overtaken: somebody makes the table in between. Undoing must not take theirs for ours.
    [Theory, EachPostgres]
    public async Task A_table_that_somebody_else_made_meanwhile_survives_the_undoing(int version)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CloneAsync(version, cancellationToken);
        await using var source = Sources.Of(database);
        var migrator = BothVersions.MigratorOf(source, new("public"));
        await migrator.InitializeAsync(cancellationToken);
        var makesIt = new OnFirstStage(() => database.ExecuteAsync("CREATE TABLE t (theirs integer)", CancellationToken.None).GetAwaiter().GetResult());

        var failure = await Assert.ThrowsAsync<MigrationException>(() => migrator.StartAsync(
            Migration.Parse(Yaml.Of("create_table: {name: t, columns: [{name: id, type: integer}]}"), "02_x.yaml"), makesIt, cancellationToken));

        Assert.Equal(("LK1301", MigrationOutcome.Undone), (failure.Code, failure.Outcome));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(theirs) FROM t", cancellationToken));
    }

    [Theory, EachPostgres]
    public Task The_first_table_of_an_empty_schema(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of("create_table: {name: t, columns: [{name: id, type: integer, pk: true}]}"))
        .WithNewWrites("INSERT INTO t VALUES ({n}) ON CONFLICT DO NOTHING"));

    [Theory]
    [EachPostgres("LK1103", "{name: orders, columns: [{name: id, type: integer}]}")]
    [EachPostgres("LK1104", "{name: t, columns: [{name: id, type: integer}, {name: id, type: integer}]}")]
    [EachPostgres("LK1106", "{name: t, columns: [{name: id, type: intger}]}")]
    [EachPostgres("LK1106", "{name: t, columns: [{name: id, type: integer, default: none}]}")]
    [EachPostgres("LK1106", "{name: t, columns: [{name: id, type: integer PRIMARY KEY}]}")]
    [EachPostgres("LK1105", "{name: t, columns: [{name: id, type: integer, check: {name: c, constraint: nr > 0}}]}")]
    [EachPostgres("LK1101", "{name: t, columns: [{name: id, type: integer, references: {name: f, table: nothing, column: id}}]}")]
    [EachPostgres("LK1102", "{name: t, columns: [{name: id, type: integer, references: {name: f, table: orders, column: nothing}}]}")]
    [EachPostgres("LK1117", "{name: t, columns: [{name: id, type: text, references: {name: f, table: orders, column: customer}}]}")]
    [EachPostgres("LK1103", "{name: orders_customer_idx, columns: [{name: id, type: integer}]}")]
    [EachPostgres("LK1103", "{name: seen, columns: [{name: id, type: integer}]}")]
    [EachPostgres("LK1103", "{name: mood, columns: [{name: id, type: integer}]}")]
    public Task A_table_that_does_not_fit_is_refused(int version, string code, string table) =>
        postgres.AssertRefusedAsync(version, code, Orders.Setup + Taken, Yaml.Of($"create_table: {table}"));

    private sealed class OnFirstStage(Action act) : IProgress<MigrationEvent>
    {
        private bool _done;

        public void Report(MigrationEvent value)
        {
            if (!_done && value is MigrationEvent.StageStarted)
            {
                _done = true;
                act();
            }
        }
    }
}
