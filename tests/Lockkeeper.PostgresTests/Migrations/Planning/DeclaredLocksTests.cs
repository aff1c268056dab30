using System.Collections.Immutable;
using System.Reflection;
using Lockkeeper.Backfill;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Versions;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Reading;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Planning;

/// <summary>Every step of every operation takes the locks that it declares, and scans or rewrites only where it says so.</summary>
public sealed class DeclaredLocksTests(PostgresFixture postgres)
{
    private const string Setup = """
        CREATE TABLE shops (id integer PRIMARY KEY, name text);
        INSERT INTO shops SELECT i, 's' || i FROM generate_series(1, 5) i;
        CREATE TABLE orders (
            id serial PRIMARY KEY, customer text NOT NULL CHECK (customer <> ''), price integer DEFAULT 1 REFERENCES shops (id), note text,
            twice integer GENERATED ALWAYS AS (id * 2) STORED, UNIQUE (customer, price));
        INSERT INTO orders (customer, price) SELECT 'c' || i, 1 + i % 5 FROM generate_series(1, 50) i;
        CREATE INDEX orders_by_price ON orders ((price + id)) WHERE price > 0;
        UPDATE orders SET note = 'n' || id;
        ALTER TABLE shops ADD CONSTRAINT shops_pkey2 UNIQUE (name, id);
        CREATE TABLE plain (a integer, b integer NOT NULL, c text);
        INSERT INTO plain SELECT i, i, 'c' FROM generate_series(1, 9) i;
        CREATE TABLE events (id integer NOT NULL, kind text, price integer CHECK (price > -1)) PARTITION BY RANGE (id);
        CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (30) PARTITION BY RANGE (id);
        CREATE TABLE events_1_1 PARTITION OF events_1 DEFAULT;
        CREATE TABLE events_2 PARTITION OF events DEFAULT;
        INSERT INTO events SELECT i, 'k', i FROM generate_series(1, 60) i;
        CREATE INDEX events_kind ON events (kind);
        CREATE TYPE mood AS ENUM ('fine');
        ALTER TABLE orders ALTER COLUMN customer SET STORAGE MAIN, ALTER COLUMN customer SET COMPRESSION pglz, ALTER COLUMN customer SET STATISTICS 7;
        GRANT SELECT (customer) ON orders TO PUBLIC;
        COMMENT ON CONSTRAINT orders_customer_check ON orders IS 'c';
        COMMENT ON INDEX orders_customer_price_key IS 'i';
        ALTER TABLE plain ALTER COLUMN c SET STORAGE EXTERNAL, ALTER COLUMN c SET COMPRESSION pglz;
        """;

    private const string Dependents = """
        CREATE TABLE busy (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code integer NOT NULL UNIQUE, shop integer);
        INSERT INTO busy (code, shop) SELECT i, 1 FROM generate_series(1, 20) i;
        CREATE TABLE noted (code bigint);
        CREATE TABLE pointing (code integer CONSTRAINT at_busy REFERENCES busy (code));
        INSERT INTO pointing SELECT generate_series(1, 20);
        COMMENT ON CONSTRAINT at_busy ON pointing IS 'c';
        CREATE VIEW seen AS SELECT id, code FROM busy;
        CREATE VIEW seen_too AS SELECT s.code, p.name FROM seen s JOIN shops p ON p.id = s.id;
        ALTER VIEW seen ALTER code SET DEFAULT 1;
        COMMENT ON VIEW seen IS 'v';
        GRANT SELECT ON seen TO PUBLIC;
        CREATE RULE rewritten AS ON DELETE TO seen DO INSTEAD INSERT INTO noted VALUES (OLD.code);
        CREATE RULE noting AS ON DELETE TO busy DO ALSO INSERT INTO noted VALUES (OLD.code);
        COMMENT ON RULE noting ON busy IS 'r';
        ALTER TABLE busy ENABLE ALWAYS RULE noting;
        CREATE POLICY few ON busy USING (code IN (SELECT id FROM shops));
        CREATE POLICY of_busy ON pointing USING (code IN (SELECT code FROM busy));
        CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER listed BEFORE UPDATE OF code ON busy FOR EACH ROW EXECUTE FUNCTION fire();
        ALTER TABLE busy ENABLE REPLICA TRIGGER listed;
        CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON busy FOR EACH ROW WHEN (NEW.code > 5) EXECUTE FUNCTION fire();
        COMMENT ON TRIGGER late ON busy IS 't';
        CREATE STATISTICS together ON code, shop FROM busy;
        COMMENT ON STATISTICS together IS 's';
        """;

    private const string Published = "ALTER TABLE busy REPLICA IDENTITY USING INDEX busy_code_key; CREATE PUBLICATION in_part FOR TABLE busy (id, code) WHERE (code > 1);";

    private static readonly ImmutableDictionary<string, string> Migrations = new Dictionary<string, string>
    {
        ["add_column"] = """
            operations:
              - add_column: {table: orders, up: upper(customer), column: {name: shout, type: text, nullable: false, unique: true, comment: loud, check: {name: loud, constraint: shout <> ''}}}
              - add_column: {table: orders, up: price, column: {name: shop, type: integer, nullable: true, references: {name: at, table: shops, column: id}}}
              - add_column: {table: orders, column: {name: parent, type: integer, nullable: true, references: {name: under, table: orders, column: id}}}
              - add_column: {table: orders, column: {name: state, type: text, default: "'new'"}}
              - add_column: {table: orders, column: {name: token, type: uuid, default: gen_random_uuid()}}
              - add_column: {table: orders, column: {name: number, type: bigserial}}
              - add_column: {table: orders, column: {name: counted, type: integer, generated: {identity: {sequence_options: START 7}}}}
            """,
        ["alter_column"] = """
            operations:
              - alter_column: {table: orders, column: price, type: bigint, nullable: false, default: "2", comment: cents, up: "coalesce(price, 1)", down: price}
              - alter_column: {table: orders, column: customer, unique: {name: once}, up: "customer || id", down: customer, check: {name: said, constraint: customer <> 'x'}}
              - alter_column: {table: orders, column: note, default: "'none'", comment: null}
            """,
        ["alter_key"] = """
            operations:
              - alter_column: {table: shops, column: name, nullable: false, up: "coalesce(name, '')", references: {name: self, table: shops2, column: name}, down: name}
              - alter_column: {table: keyed, column: id, type: bigint, up: id, down: id}
            """,
        ["in_place"] = """
            operations:
              - alter_column: {table: orders, column: note, nullable: false, type: varchar, default: "'n'", comment: c, unique: {name: note_once}}
              - alter_column: {table: orders, column: price, check: {name: dear, constraint: price > 0}, references: {name: self, table: orders, column: id}}
              - alter_column: {table: orders, column: customer, nullable: true}
              - alter_column: {table: plain, column: c, type: varchar}
              - alter_column: {table: plain, column: c, nullable: false}
              - alter_column: {table: events, column: kind, nullable: false, check: {name: sorted, constraint: kind <> ''}}
            """,
        ["create_constraint"] = """
            operations:
              - create_constraint: {table: orders, name: dear, type: check, columns: [price, id], check: price + id > 0}
              - create_constraint: {table: orders, name: other_shop, type: foreign_key, columns: [price], references: {table: shops, columns: [id]}}
              - create_constraint: {table: orders, name: once, type: unique, columns: [id, note], deferrable: true, index_parameters: {include_columns: [price]}}
              - create_constraint: {table: plain, name: plain_pkey, type: primary_key, columns: [a, b]}
              - create_constraint: {table: shops, name: named, type: unique, columns: [id, name], up: {id: id, name: name || id}, down: {id: id, name: name}}
              - create_constraint: {table: events, name: sorted, type: check, check: kind <> ''}
            """,
        ["drop_constraint"] = """
            operations:
              - drop_constraint: {table: orders, name: orders_price_fkey}
              - drop_constraint: {table: orders, name: orders_customer_check, down: "coalesce(nullif(customer, ''), 'x')"}
              - drop_constraint: {table: events, name: events_price_check}
            """,
        ["drop_multicolumn_constraint"] = """
            operations:
              - drop_multicolumn_constraint: {table: orders, name: orders_customer_price_key, down: {customer: customer, price: price + 0}}
              - drop_multicolumn_constraint: {table: shops, name: shops_pkey2}
            """,
        ["rename_column"] = "operations: [{rename_column: {table: orders, from: customer, to: client}}]",
        ["drop_column"] = "operations: [{drop_column: {table: orders, column: price}}, {drop_column: {table: orders, column: customer, down: \"'nobody'\"}}]",
        ["create_table"] = """
            operations:
              - create_table: {name: boxes, columns: [{name: a, type: integer}, {name: b, type: integer}], constraints: [{name: box_of, type: foreign_key, columns: [a], references: {table: shops, columns: [id]}}, {name: box_once, type: unique, columns: [a, b]}, {name: box_apart, type: exclude, exclude: {index_method: btree, elements: b WITH =}}]}
              - create_table: {name: lines, comment: c, columns: [{name: id, type: serial, pk: true, comment: d}, {name: order, type: integer, references: {name: of, table: orders, column: id}}]}
            """,
        ["sql"] = "operations: [{sql: {up: CREATE INDEX made ON shops (name), down: DROP INDEX made}}]",
        ["sql_on_complete"] = "operations: [{drop_column: {table: orders, column: note}}, {sql: {up: CREATE TABLE made (id integer), onComplete: true}}]",
        ["drop_table"] = "operations: [{drop_table: {name: orders}}, {drop_table: {name: events}}]",
        ["rename_table"] = """
            operations:
              - rename_table: {from: orders, to: purchases}
              - add_column: {table: purchases, up: price, column: {name: shop, type: integer, nullable: true, references: {name: at, table: shops, column: id}}}
              - rename_table: {from: shops, to: stores}
              - rename_table: {from: events, to: incidents}
              - drop_column: {table: purchases, column: note}
            """,
        ["indexes"] = """
            operations:
              - add_column: {table: orders, up: upper(customer), column: {name: shout, type: text}}
              - create_index: {name: by_shout, table: orders, unique: true, columns: [{column: shout, sort: DESC, nulls: LAST}, {expression: lower(note)}, {column: id}], include: [price], predicate: "price > 0"}
              - create_index: {name: by_note, table: orders, columns: [{column: note}]}
              - drop_index: {name: orders_by_price}
              - create_index: {name: by_kind, table: events, columns: [{column: kind}]}
              - create_index: {name: by_id, table: events, unique: true, columns: [{column: id}]}
              - drop_index: {name: events_kind}
            """,
        ["rename_constraint"] = "operations: [{rename_constraint: {table: orders, from: orders_pkey, to: key}}, {rename_constraint: {table: orders, from: orders_price_fkey, to: shop}}, {rename_constraint: {table: events, from: events_price_check, to: paid}}]",
        ["set_replica_identity"] = "operations: [{set_replica_identity: {table: orders, identity: {type: full}}}, {set_replica_identity: {table: shops, identity: {type: index, index: shops_pkey}}}]",
        ["enums"] = """
            operations:
              - create_enum: {name: size, values: [small, large]}
              - add_enum_value: {type: size, value: medium, after: small}
              - add_enum_value: {type: mood, value: bad}
              - rename_enum_value: {type: mood, from: fine, to: good}
              - add_column: {table: orders, column: {name: size, type: size, default: "'medium'"}}
              - add_column: {table: orders, column: {name: mood, type: mood, nullable: true}}
            """,
        ["dependents"] = """
            operations:
              - alter_column: {table: busy, column: code, type: bigint, up: code, down: code}
              - alter_column: {table: busy, column: id, type: bigint, up: id, down: id}
            """,
        ["names_and_references"] = """
            operations:
              - drop_constraint: {table: orders, name: orders_customer_check}
              - create_constraint: {table: orders, name: orders_customer_check, type: check, columns: [customer], check: customer <> 'x'}
              - drop_multicolumn_constraint: {table: orders, name: orders_customer_price_key}
              - create_constraint: {table: orders, name: orders_customer_price_key, type: unique, columns: [customer, id]}
              - drop_index: {name: orders_by_price}
              - create_index: {name: orders_by_price, table: orders, columns: [{column: note}]}
              - drop_index: {name: events_kind}
              - create_index: {name: events_kind, table: events, columns: [{column: kind}, {column: id}]}
              - create_constraint: {table: shops, name: named, type: unique, columns: [name]}
              - create_constraint: {table: shops2, name: at_name, type: foreign_key, columns: [name], references: {table: shops, columns: [name]}}
              - add_column: {table: shops, up: id, column: {name: number, type: integer, unique: true}}
              - add_column: {table: plain, up: "1", column: {name: shop, type: integer, references: {name: by_number, table: shops, column: number}}}
              - rename_table: {from: keyed, to: kept}
              - create_table: {name: keyed, columns: [{name: id, type: serial, pk: true}, {name: old, type: integer, references: {name: of_kept, table: kept, column: id}}]}
            """,
        ["partitions"] = """
            operations:
              - add_column: {table: events, up: "kind || id", column: {name: tag, type: text, nullable: false, comment: c, check: {name: tagged, constraint: tag <> ''}}}
              - alter_column: {table: events, column: price, type: bigint, nullable: false, up: "coalesce(price, 0)", down: price}
              - rename_column: {table: events, from: kind, to: sort}
            """,
    }.ToImmutableDictionary();

    [Fact]
    public void Every_operation_is_among_them()
    {
        var covered = Migrations.Values.SelectMany(yaml => Migration.Parse(yaml, "02_x.yaml").Operations).Select(o => o.GetType().Name).ToHashSet();
        Assert.Empty(OperationKinds.All.Select(kind => kind.Name.Replace("_", "", StringComparison.Ordinal))
            .Except(covered, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Every_one_of_them_is_run()
    {
        var method = typeof(DeclaredLocksTests).GetMethod(nameof(Declared_locks_and_effects_are_those_that_the_server_sees))!;
        var run = method.GetCustomAttributes<EachPostgresAttribute>().Select(attribute => (string)attribute.Values[0]!);

        Assert.Equal(Migrations.Keys.Order(StringComparer.Ordinal), run.Order(StringComparer.Ordinal));
    }

    [Theory]
    [EachPostgres("add_column")]
    [EachPostgres("alter_column")]
    [EachPostgres("alter_key")]
    [EachPostgres("in_place")]
    [EachPostgres("create_constraint")]
    [EachPostgres("drop_constraint")]
    [EachPostgres("drop_multicolumn_constraint")]
    [EachPostgres("rename_column")]
    [EachPostgres("drop_column")]
    [EachPostgres("create_table")]
    [EachPostgres("sql")]
    [EachPostgres("sql_on_complete")]
    [EachPostgres("drop_table")]
    [EachPostgres("rename_table")]
    [EachPostgres("indexes")]
    [EachPostgres("rename_constraint")]
    [EachPostgres("set_replica_identity")]
    [EachPostgres("enums")]
    [EachPostgres("dependents")]
    [EachPostgres("names_and_references")]
    [EachPostgres("partitions")]
    public async Task Declared_locks_and_effects_are_those_that_the_server_sees(int version, string name)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var completed = await ObserveAsync(version, Migrations[name], plan => plan.Complete, cancellationToken);
        var rolledBack = await ObserveAsync(version, Migrations[name], plan => plan.Rollback, cancellationToken);

        Assert.NotEmpty(completed);
        Assert.Equal("", string.Join('\n', completed.Concat(rolledBack).Select(step => step.Difference).OfType<string>().Distinct()));
    }

    private async Task<List<ObservedStep>> ObserveAsync(
        int version, string yaml, Func<MigrationPlan, ImmutableArray<Stage>> then, CancellationToken cancellationToken)
    {
        await using var database = await postgres.CloneAsync(version, cancellationToken);
        await using var source = Sources.Of(database);
        await database.ExecuteAsync(Setup + "CREATE TABLE keyed (id serial PRIMARY KEY, n integer); INSERT INTO keyed (n) SELECT generate_series(1, 9); CREATE TABLE shops2 (name text UNIQUE); INSERT INTO shops2 SELECT name FROM shops;" + Dependents + (version >= 15 ? Published : ""), cancellationToken);
        var migrator = BothVersions.MigratorOf(source, new("public"));
        await migrator.InitializeAsync(cancellationToken);

        // So that there is an old version to drop.
        await migrator.StartAsync(Migration.Parse("operations: [{rename_column: {table: shops, from: name, to: title}}, {rename_column: {table: shops, from: title, to: name}}]", "01_before.yaml"), null, cancellationToken);
        await migrator.CompleteAsync(null, cancellationToken);

        var plan = await migrator.PlanAsync(Migration.Parse(yaml, "02_x.yaml"), cancellationToken);
        var seen = new List<ObservedStep>();
        foreach (var stage in plan.Start.Concat(then(plan)))
        {
            seen.AddRange(await RunAsync(database, stage, cancellationToken));
        }

        return seen;
    }

    private static async Task<List<ObservedStep>> RunAsync(TestDatabase database, Stage stage, CancellationToken cancellationToken)
    {
        var probe = new LockProbe(database);
        var seen = new List<ObservedStep>();
        switch (stage)
        {
            case TransactionStage transaction:
                var existed = await probe.ExistingAsync(cancellationToken);
                foreach (var step in transaction.Steps)
                {
                    if (await DropsWhatIsGoneAsync(database, step, cancellationToken))
                    {
                        continue;
                    }

                    seen.Add(await probe.RunAsync(step, existed, cancellationToken));
                }

                break;
            case StatementStage { Step: var step } when await DropsWhatIsGoneAsync(database, step, cancellationToken):
                break;
            case StatementStage { Step: { BuildsIndex: not null } or { DropsIndex: not null } } statement:
                var table = statement.Step.Locks[0].Table;
                seen.Add(await probe.RunConcurrentlyAsync(statement.Step, $"DELETE FROM {table} WHERE false", cancellationToken));
                break;
            case StatementStage statement:
                seen.Add(await probe.RunAsync(statement.Step, await probe.ExistingAsync(cancellationToken), cancellationToken));
                break;
            case BackfillStage backfill:
                await database.ExecuteAsync(Fill(backfill.Job), cancellationToken);
                break;
            case UserSqlStage sql:
                await database.ExecuteAsync(sql.Sql, cancellationToken);
                break;
            case DropMadeStage:
                // What there is to drop is known to a real run only.
                break;
            case VersionStage views:
                seen.AddRange(await ShowAsync(database, views, cancellationToken));
                break;
            default:
                Assert.Fail($"Nobody looks at the locks of {stage.GetType().Name}.");
                break;
        }

        return seen;
    }

    // An index goes with its column, or with the index that it is a part of: then its own undoing locks nothing.
    private static async Task<bool> DropsWhatIsGoneAsync(TestDatabase database, Step step, CancellationToken cancellationToken)
    {
        var index = step.Sql.Split(" IF EXISTS ");
        return index is [("DROP INDEX" or "DROP INDEX CONCURRENTLY"), var name]
            && await database.ScalarAsync<bool>($"SELECT to_regclass('{name}') IS NULL", cancellationToken);
    }

    private static async Task<List<ObservedStep>> ShowAsync(TestDatabase database, VersionStage views, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var now = await CatalogReader.ReadAsync(connection, new("public"), cancellationToken);
        var steps = VersionViews.Create(now!, now!, views.VersionSchema, database.Version, replace: true);
        return await RunAsync(database, new TransactionStage(views.Title, steps), cancellationToken);
    }

    private static string Fill(BackfillJob job) =>
        $"SET lockkeeper.version = '(backfill)'; UPDATE {job.Table} AS lockkeeper_row SET "
        + string.Join(", ", job.Assignments.Select(a => $"{a.Column} = ({a.Expression})").Append($"{job.Marker} = false"));
}
