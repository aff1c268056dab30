using System.Collections.Immutable;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;

namespace Lockkeeper.CliTests.Running;

public sealed class PendingMigrationsTests
{
    [Theory]
    [InlineData("", "a b", "a b")]
    [InlineData("a", "a b c", "b c")]
    [InlineData("a b", "a b", "")]
    [InlineData("", "", "")]
    public void What_the_history_does_not_have_is_missing(string history, string files, string missing) =>
        Assert.Equal(Words(missing), PendingMigrations.Of(Files(files), History(history)).Select(migration => migration.Name));

    [Theory]
    [InlineData("b", "a b", "The folder has a where the database has b.")]
    [InlineData("a b", "a", "The database has b, and the folder ends before it.")]
    [InlineData("a b c", "a c", "The database has b before c, and the folder has no b.")]
    [InlineData("a", "", "The database has a, and the folder ends before it.")]
    [InlineData("b a", "a b", "The database has b before a, and in the folder it comes after it by its name.")]
    public void The_first_difference_is_named(string history, string files, string expected)
    {
        var refused = Assert.Throws<RefusedException>(() => PendingMigrations.Of(Files(files), History(history)));

        Assert.Equal("LK1209", refused.Code);
        Assert.Contains(expected, refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_edited_since_is_refused()
    {
        var history = History("a b").SetItem(1, Applied("b") with { Checksum = "other" });

        var refused = Assert.Throws<RefusedException>(() => PendingMigrations.Of(Files("a b c"), history));

        Assert.Equal("LK1204", refused.Code);
        Assert.Contains("b.yaml is not what was applied as b", refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_up_to_the_latest_baseline_count_as_applied()
    {
        ImmutableArray<AppliedMigration> history = [Applied("a"), Baseline("b"), Applied("c"), Baseline("d"), Applied("e")];

        Assert.True(PendingMigrations.IsCovered("a", history));
        Assert.True(PendingMigrations.IsCovered("d", history));
        Assert.False(PendingMigrations.IsCovered("e", history));
        Assert.Equal(["d", "e"], PendingMigrations.FromBaseline(history).Select(migration => migration.Name));
        Assert.Equal(["f"], PendingMigrations.Of(Files("e f"), history).Select(migration => migration.Name));
    }

    [Fact]
    public void Without_a_baseline_no_file_counts_as_applied()
    {
        Assert.False(PendingMigrations.IsCovered("a", [Applied("a")]));
        Assert.Single(PendingMigrations.FromBaseline([Applied("a")]));
    }

    [Theory]
    [InlineData("", "a b c! d", "c! d")]
    [InlineData("", "a! b c! d", "c! d")]
    [InlineData("", "a b!", "b!")]
    [InlineData("a", "a b c! d", "b d")]
    [InlineData("a b", "a b c!", "")]
    [InlineData("a b d", "a b c! d e", "e")]
    public void A_file_that_is_a_baseline_is_for_databases_without_a_history(string history, string files, string missing) => Assert.Equal(
        Words(missing.Replace("!", "", StringComparison.Ordinal)),
        PendingMigrations.Of(Files(files), History(history)).Select(migration => migration.Name));

    private static ImmutableArray<Migration> Files(string names) => [.. Words(names).Select(File)];

    private static ImmutableArray<AppliedMigration> History(string names) => [.. Words(names).Select(Applied)];

    private static Migration File(string name) => Migration.Parse(
        $"baseline: {(name.EndsWith('!') ? "true" : "false")}\noperations: [{{sql: {{up: SELECT 1}}}}]", $"{name.TrimEnd('!')}.yaml");

    private static AppliedMigration Applied(string name) =>
        new(name, MigrationState.Complete, false, null, File(name).Checksum, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    private static AppliedMigration Baseline(string name) => Applied(name) with { IsBaseline = true, Checksum = null };

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
