using System.Net.Sockets;
using Lockkeeper.Cli;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;
using Npgsql;

namespace Lockkeeper.CliTests.Running;

public sealed class FailuresTests
{
    private const string Connection = "ada@db:5432/shop";

    public static TheoryData<Exception, string, int> Exceptions => new()
    {
        { new UsageException("x"), "LK8001", 2 },
        { new RefusedException("LK8010", "x", "y"), "LK8010", 3 },
        { Format(), "LK1003", 3 },
        { new InvalidMigrationException("LK1101", new SourcePosition("a.yaml", 1, 2), "x", "y"), "LK1101", 3 },
        { Migration(MigrationOutcome.NothingChanged), "LK1299", 3 },
        { Migration(MigrationOutcome.Undone), "LK1299", 4 },
        { Migration(MigrationOutcome.Resumable), "LK1299", 5 },
        { Server("28P01"), "LK8003", 6 },
        { Server("28000"), "LK8003", 6 },
        { Server("3D000"), "LK8004", 6 },
        { Server("53300"), "LK8005", 6 },
        { Server("57P03"), "LK8005", 6 },
        { Server("42501"), "LK8006", 3 },
        { Server("42P01"), "LK8007", 3 },
        { Server("57P01"), "LK8008", 5 },
        { new NpgsqlException("x", new SocketException(111)), "LK8002", 6 },
        { new NpgsqlException("No password has been provided"), "LK8002", 6 },
        { new NpgsqlException("x", new EndOfStreamException()), "LK8008", 5 },
        { new InvalidOperationException("x"), "LK8000", 1 },
    };

    [Theory]
    [InlineData("lockkeeper locks", 6, "Look again")]
    [InlineData("lockkeeper vacuum", 6, "Look again")]
    [InlineData("lockkeeper terminate", 5, "lockkeeper status")]
    [InlineData("lockkeeper backfill run", 5, "lockkeeper status")]
    public void Whoever_only_looked_has_nothing_to_resume_when_the_connection_is_lost(string command, int exitCode, string whatToDo)
    {
        var failure = Failures.Of(Server("57P01"), Connection, command);

        Assert.Equal(exitCode, (int)failure.ExitCode);
        Assert.Contains(whatToDo, failure.WhatToDo, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void Each_kind_of_failure_has_its_code_and_exit_code(Exception exception, string code, int exitCode)
    {
        var failure = Failures.Of(exception, Connection);

        Assert.Equal(code, failure.Code);
        Assert.Equal(exitCode, (int)failure.ExitCode);
    }

    [Fact]
    public void No_connection_is_told_apart_from_a_refusal_also_inside_of_the_library() => Assert.Equal(
        ExitCode.CannotConnect,
        Failures.Of(Migration(MigrationOutcome.NothingChanged, Server("28P01")), Connection).ExitCode);

    [Fact]
    public void Only_a_bug_shows_where_it_happened()
    {
        Assert.NotNull(Failures.Of(new InvalidOperationException("x"), Connection).Trace);
        Assert.Null(Failures.Of(Server("42501"), Connection).Trace);
    }

    [Fact]
    public void The_code_of_a_backfill_stands_only_once() => Assert.Equal(
        "The row is refused.",
        Failures.Of(new MigrationException("LK2003", MigrationOutcome.Undone, "LK2003: The row is refused.", "x", "y"), Connection).Problem);

    [Fact]
    public void Every_code_of_the_command_line_has_a_page()
    {
        var codes = typeof(ErrorCodes).GetFields().Select(field => (string)field.GetValue(null)!).Where(code => code.StartsWith("LK8", StringComparison.Ordinal));

        Assert.All(codes, code => Assert.True(File.Exists(Repository.PathOf("docs", "errors", $"{code}.md")), code));
    }

    private static MigrationFormatException Format() =>
        new([new FormatProblem("LK1003", new SourcePosition("a.yaml", 1, 2), "x", "y")]);

    private static MigrationException Migration(MigrationOutcome outcome, Exception? cause = null) =>
        new("LK1299", outcome, "x", "y", "z", cause);

    private static PostgresException Server(string sqlState) => new("message", "ERROR", "ERROR", sqlState);
}
