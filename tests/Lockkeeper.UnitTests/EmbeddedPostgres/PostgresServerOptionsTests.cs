using System.Collections.Immutable;
using Lockkeeper.EmbeddedPostgres;

namespace Lockkeeper.UnitTests.EmbeddedPostgres;

public sealed class PostgresServerOptionsTests
{
    [Fact]
    public async Task Everything_wrong_is_told_at_once_before_anything_runs()
    {
        var options = new PostgresServerOptions
        {
            Version = 13,
            StartTimeout = TimeSpan.Zero,
            ParentFolder = "somewhere",
            Settings = ImmutableSortedDictionary<string, string>.Empty
                .Add("bad name", "1").Add("work_mem", "1MB\nfsync = on"),
        };

        var failure = await Assert.ThrowsAsync<PostgresStartException>(
            () => PostgresServer.StartAsync(options, TestContext.Current.CancellationToken));

        Assert.Equal("LK0008", failure.Code);
        foreach (var part in new[] { "Version is 13", "StartTimeout is 00:00:00", "ParentFolder is \"somewhere\"", "\"bad name\"", "\"work_mem\"" })
        {
            Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_defaults_are_right_and_equality_compares_settings_by_content()
    {
        var one = new PostgresServerOptions { Settings = ImmutableSortedDictionary<string, string>.Empty.Add("a", "1") };
        var other = new PostgresServerOptions { Settings = ImmutableSortedDictionary<string, string>.Empty.Add("a", "1") };

        Assert.Empty(new PostgresServerOptions().Problems());
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, new PostgresServerOptions());
    }
}
