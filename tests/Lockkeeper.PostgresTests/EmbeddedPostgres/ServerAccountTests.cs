using System.Globalization;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.EmbeddedPostgres.Binaries;
using Lockkeeper.EmbeddedPostgres.Cluster;

namespace Lockkeeper.PostgresTests.EmbeddedPostgres;

public sealed class ServerAccountTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_caller_runs_the_server_unless_the_caller_is_root()
    {
        var surroundings = Surroundings.OfThisMachine();

        var account = await ServerAccount.ChooseAsync(surroundings, TimeProvider.System, Cancellation);

        Assert.Equal(surroundings.IsRoot, account.OtherUser is not null);
        Assert.Null((await ServerAccount.ChooseAsync(surroundings with { IsRoot = false }, TimeProvider.System, Cancellation)).OtherUser);
    }

    [Fact]
    public async Task Roots_server_runs_as_another_user_who_is_not_in_roots_groups()
    {
        SkipUnlessRoot();
        await using var server = await PostgresServer.StartAsync(null, Cancellation);

        var status = await File.ReadAllLinesAsync($"/proc/{server.ProcessId}/status", Cancellation);

        foreach (var kind in new[] { "Uid:", "Gid:", "Groups:" })
        {
            var ids = status.Single(line => line.StartsWith(kind, StringComparison.Ordinal)).Split('\t', ' ')[1..];
            Assert.DoesNotContain("0", ids);
        }
    }

    [Theory]
    [InlineData("setpriv")]
    [InlineData("runuser")]
    [InlineData("su")]
    [InlineData("sudo")]
    public async Task Each_way_to_become_another_user_passes_arguments_unchanged(string tool)
    {
        SkipUnlessRoot();
        var user = Passwd.Find(await File.ReadAllTextAsync("/etc/passwd", Cancellation), "nobody")!;
        var prefix = ServerAccount.WaysToBecome(user).Single(way => way[0] == tool);
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, tool))),
            $"There is no {tool} here.");

        var command = new Command(
            tool, [.. prefix.Skip(1), "/bin/sh", "-c", "printf '%s|' \"$(id -u)\" \"$@\"", "sh", "a b", "--c", "it's", "$HOME"]);
        var result = await command.RunAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancellation);

        Assert.Equal($"{user.UserId.ToString(CultureInfo.InvariantCulture)}|a b|--c|it's|$HOME|", result.Output);
    }

    private static void SkipUnlessRoot() => Assert.SkipUnless(
        Surroundings.OfThisMachine().IsRoot, "Only root can become another user, and nobody else has to.");
}
