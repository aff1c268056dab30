using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>The mistakes that pgroll refuses, each by a name of pgroll's: refused here with the code on the page, in its place, with a remedy.</summary>
public sealed class PgrollErrorsTests(PostgresFixture postgres)
{
    // pgroll's error types (pkg/migrations/errors.go) that stand for a mistake in a file.
    private static readonly string[] Types =
    [
        "InvalidMigrationError", "EmptyMigrationError", "TableAlreadyExistsError", "TableDoesNotExistError", "ColumnAlreadyExistsError",
        "ColumnIsInvalidError", "ColumnDoesNotExistError", "ColumnMigrationMissingError", "ColumnMigrationRedundantError",
        "ColumnIsNotNullableError", "ColumnIsNullableError", "IndexAlreadyExistsError", "IndexDoesNotExistError", "FieldRequiredError",
        "ColumnReferenceError", "CheckConstraintError", "ConstraintDoesNotExistError", "ConstraintAlreadyExistsError",
        "InvalidReplicaIdentityError", "InvalidOnDeleteSettingError", "UnexpectedOnDeleteSetColumnError", "InvalidOnDeleteSetColumnError",
        "AlterColumnNoChangesError", "InvalidIdentifierLengthError", "MultiColumnConstraintsNotSupportedError", "PrimaryKeysAreAlreadySetError",
        "InvalidGeneratedColumnError", "UpSQLMustBeColumnDefaultError",
    ];

    // What is no mistake here.
    private static readonly string[] Allowed =
    [
        "InvalidMigrationError, an isolated operation with others", "UpSQLMustBeColumnDefaultError",
        "\"adding generated columns to existing tables is not supported\"",
    ];

    [Fact]
    public async Task Every_mistake_is_refused_with_its_code_its_place_and_a_remedy()
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres, PostgresVersions.First, PgrollMistakes.Tables, TestContext.Current.CancellationToken);
        var wrong = new List<string>();
        foreach (var mistake in PgrollMistakes.All)
        {
            var (code, position, remedy) = await RefusalAsync(scene, mistake.Yaml);
            if (code != mistake.Code || position.Line == 0 || remedy.Length == 0)
            {
                wrong.Add($"{mistake.Error}: {code} at {position}, \"{remedy}\", instead of {mistake.Code}: {mistake.Yaml}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        await scene.AssertAsBeforeAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Every_error_of_pgroll_is_on_the_page_and_every_one_on_the_page_is_tried_with_each_of_its_codes()
    {
        var rows = Rows();
        Assert.All(Types, type => Assert.Contains(rows, row => row.Error.Contains(type, StringComparison.Ordinal)));

        var tried = PgrollMistakes.All.ToLookup(mistake => mistake.Error, mistake => mistake.Code);
        Assert.Empty(tried.Select(error => error.Key).Except(rows.Select(row => row.Error)));
        Assert.All(rows.Where(row => !Allowed.Contains(row.Error)), row => Assert.Equal(
            (row.Error, string.Join(", ", row.Codes.Order(StringComparer.Ordinal))),
            (row.Error, string.Join(", ", tried[row.Error].Distinct().Order(StringComparer.Ordinal)))));
    }

    private static async Task<(string Code, SourcePosition Position, string Remedy)> RefusalAsync(MigrationScene scene, string yaml)
    {
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

    // The first table of the page: | pgroll | here | remarks |.
    private static List<(string Error, string[] Codes)> Rows() =>
    [
        .. File.ReadAllLines(Path.Combine(RepositoryFolder.Find(), "docs", "pgroll-errors.md"))
            .SkipWhile(line => !line.StartsWith("|---", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => (cells[1], cells[2].Split(", "))),
    ];
}
