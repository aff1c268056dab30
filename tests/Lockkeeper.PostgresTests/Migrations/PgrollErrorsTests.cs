using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>The mistakes that pgroll refuses, each by a name of pgroll's: refused here with the code on the page, in its place, with a remedy.</summary>
public sealed class PgrollErrorsTests(PostgresFixture postgres)
{
    private const string Tables = """
        CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, note text, plain integer, CONSTRAINT orders_note CHECK (note <> ''));
        CREATE TABLE users (id bigint PRIMARY KEY);
        """;

    [Theory]
    [InlineData("InvalidMigrationError, an isolated operation with others", "LK1114", "sql: {up: CREATE INDEX CONCURRENTLY i ON users (id)}", "drop_column: {table: orders, column: note}")]
    [InlineData("InvalidMigrationError, `down` with `onComplete`", "LK1019", "sql: {up: SELECT 1, down: SELECT 2, onComplete: true}")]
    [InlineData("EmptyMigrationError", "LK1010", "sql: {up: ''}")]
    [InlineData("EmptyMigrationError", "LK1010")]
    [InlineData("TableAlreadyExistsError", "LK1103", "create_table: {name: orders, columns: [{name: id, type: int}]}")]
    [InlineData("TableDoesNotExistError", "LK1101", "drop_column: {table: nowhere, column: note}")]
    [InlineData("TableDoesNotExistError", "LK1101", "rename_column: {table: nowhere, from: note, to: x}")]
    [InlineData("TableDoesNotExistError", "LK1101", "alter_column: {table: nowhere, column: note, comment: x}")]
    [InlineData("ColumnAlreadyExistsError", "LK1104", "add_column: {table: orders, column: {name: note, type: text, nullable: true}}")]
    [InlineData("ColumnAlreadyExistsError", "LK1104", "create_table: {name: t, columns: [{name: a, type: int}, {name: a, type: int}]}")]
    [InlineData("ColumnIsInvalidError", "LK1004", "create_table: {name: t, columns: [{name: a}]}")]
    [InlineData("ColumnIsInvalidError", "LK1004", "create_table: {name: t, columns: [{type: int}]}")]
    [InlineData("ColumnIsInvalidError", "LK1006", "create_table: {name: t, columns: [{name: '', type: int}]}")]
    [InlineData("ColumnIsInvalidError", "LK1106", "create_table: {name: t, columns: [{name: a, type: ''}]}")]
    [InlineData("ColumnIsInvalidError", "LK1106", "add_column: {table: orders, column: {name: a, type: '', nullable: true}}")]
    [InlineData("ColumnDoesNotExistError", "LK1102", "alter_column: {table: orders, column: nowhere, comment: x}")]
    [InlineData("ColumnIsNotNullableError, ColumnIsNullableError", "LK1113", "alter_column: {table: orders, column: customer, nullable: false, up: customer}")]
    [InlineData("ColumnIsNotNullableError, ColumnIsNullableError", "LK1113", "alter_column: {table: orders, column: note, nullable: true, down: note}")]
    [InlineData("FieldRequiredError, a key of the file", "LK1004", "rename_column: {table: orders, from: note}")]
    [InlineData("FieldRequiredError, a key of the file", "LK1004", "alter_column: {table: orders, column: note, unique: {}}")]
    [InlineData("FieldRequiredError, `up` or `down`", "LK1108", "add_column: {table: orders, column: {name: a, type: text}}")]
    [InlineData("FieldRequiredError, `up` or `down`", "LK1108", "alter_column: {table: orders, column: note, type: bytea, up: note::bytea}")]
    [InlineData("ColumnReferenceError", "LK1101", "add_column: {table: orders, column: {name: a, type: int, nullable: true, references: {name: f, table: nowhere, column: id}}}")]
    [InlineData("ColumnReferenceError", "LK1102", "create_table: {name: t, columns: [{name: a, type: int, references: {name: f, table: users, column: nowhere}}]}")]
    [InlineData("ColumnReferenceError", "LK1004", "create_table: {name: t, columns: [{name: a, type: int, references: {table: users, column: id}}]}")]
    [InlineData("InvalidOnDeleteSettingError", "LK1011", "create_table: {name: t, columns: [{name: a, type: int, references: {name: f, table: users, column: id, on_delete: PERISH}}]}")]
    [InlineData("CheckConstraintError", "LK1004", "create_table: {name: t, columns: [{name: a, type: int, check: {name: c}}]}")]
    [InlineData("CheckConstraintError", "LK1105", "create_table: {name: t, columns: [{name: a, type: int, check: {name: c, constraint: b > 0}}]}")]
    [InlineData("ConstraintAlreadyExistsError", "LK1112", "alter_column: {table: orders, column: plain, check: {name: orders_note, constraint: plain > 0}, up: plain, down: plain}")]
    [InlineData("AlterColumnNoChangesError", "LK1109", "alter_column: {table: orders, column: note, up: note, down: note}")]
    [InlineData("InvalidIdentifierLengthError", "LK1006", "rename_column: {table: orders, from: note, to: a123456789b123456789c123456789d123456789e123456789f123456789g123}")]
    [InlineData("InvalidGeneratedColumnError", "LK1019", "add_column: {table: orders, column: {name: a, type: int, nullable: true, generated: {expression: '1', identity: {}}}}")]
    [InlineData("\"adding primary key columns is not supported\"", "LK1111", "add_column: {table: orders, column: {name: a, type: int, pk: true}, up: id}")]
    [InlineData("\"adding generated columns to existing tables is not supported\"", "LK1111", "add_column: {table: orders, column: {name: a, type: int, generated: {expression: '1'}}}")]
    [InlineData("unknown migration type", "LK1009", "no_such_thing: {}")]
    [InlineData("an entry of `operations` with several keys, or none", "LK1008", "{}")]
    [InlineData("unknown field", "LK1003", "drop_column: {table: orders, column: note, cascade: true}")]
    public async Task A_mistake_that_pgroll_refuses_is_refused(string error, string code, params string[] operations)
    {
        Assert.Contains(
            File.ReadAllLines(Page()), line => line.StartsWith($"| {error} |", StringComparison.Ordinal) && line.Contains(code, StringComparison.Ordinal));
        await using var scene = await MigrationScene.CreateAsync(postgres, PostgresVersions.First, Tables, TestContext.Current.CancellationToken);

        var (found, position, remedy) = await RefusalAsync(scene, operations);

        Assert.Equal(code, found);
        Assert.True(position.Line > 0, "The place in the file is missing.");
        Assert.NotEmpty(remedy);
    }

    private static async Task<(string Code, SourcePosition Position, string Remedy)> RefusalAsync(MigrationScene scene, string[] operations)
    {
        var yaml = operations.Length == 0 ? "operations: []" : "operations:\n" + string.Concat(operations.Select(o => $"  - {o}\n"));
        try
        {
            await scene.Migrator().PlanAsync(Migration.Parse(yaml, "02_wrong.yaml"), TestContext.Current.CancellationToken);
            return ("nothing", default, "");
        }
        catch (MigrationFormatException format)
        {
            return (format.Problems[0].Code, format.Problems[0].Position, format.Problems[0].Remedy);
        }
        catch (InvalidMigrationException invalid)
        {
            return (invalid.Code, invalid.Position, invalid.Remedy);
        }
    }

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Lockkeeper.slnx")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "docs", "pgroll-errors.md");
    }
}
