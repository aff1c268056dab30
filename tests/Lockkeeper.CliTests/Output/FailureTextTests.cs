using System.Collections.Immutable;
using Lockkeeper.Cli;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.CliTests.Output;

public sealed class FailureTextTests
{
    private static readonly Failure Failure = new("LK1234", ExitCode.Undone, "The [server] refused\u001b[31m it.")
    {
        IsTrue = "What was done was undone.",
        WhatToDo = "Remove the cause.",
        Trace = "at Somewhere",
    };

    [Fact]
    public void A_failure_says_what_is_true_now_and_what_to_do() => Assert.Equal(
        """
        error LK1234: The [server] refused�[31m it.
          now: What was done was undone.
           do: Remove the cause.

        """,
        Written(Failure));

    [Fact]
    public void A_trace_is_shown_only_when_it_is_asked_for()
    {
        Assert.DoesNotContain("Somewhere", Written(Failure), StringComparison.Ordinal);
        Assert.Contains("at Somewhere", Written(Failure, "--verbose"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_comes_first_and_is_shown_with_its_line()
    {
        using var file = new TemporaryFile("a.yaml", "operations:\n\t- sqll: {up: 'é'}\n");
        var written = Written(At(new SourcePosition(file.Path, 2, 4)));

        Assert.Equal(
            $"""
            {file.Path}:2:4: error LK1009: There is no such operation. Correct it.
              2 |  - sqll: {"{"}up: 'é'{"}"}
                |    ^
              now: Nothing was changed.

            """,
            written);
    }

    [Fact]
    public void A_long_line_is_shown_around_the_place()
    {
        using var file = new TemporaryFile("a.json", new string(' ', 500) + "wrong" + new string(' ', 500));
        var lines = Written(At(new SourcePosition(file.Path, 1, 501))).Split('\n');

        Assert.True(lines[1].Length < 100);
        Assert.Equal(lines[1].IndexOf("wrong", StringComparison.Ordinal), lines[2].IndexOf('^', StringComparison.Ordinal));
    }

    [Fact]
    public void A_place_in_a_file_that_is_gone_is_told_without_its_line() => Assert.StartsWith(
        "gone.yaml:2:4: error LK1009: There is no such operation. Correct it.\n  now:",
        Written(At(new SourcePosition("gone.yaml", 2, 4))),
        StringComparison.Ordinal);

    [Fact]
    public void Many_problems_are_cut_and_counted()
    {
        var problems = Enumerable.Range(1, 25).Select(line => Problem(new SourcePosition("gone.yaml", line, 1))).ToImmutableArray();
        var written = Written(new Failure("LK1009", ExitCode.Refused, "x") { Places = problems });

        Assert.Contains("gone.yaml:20:1", written, StringComparison.Ordinal);
        Assert.DoesNotContain("gone.yaml:21:1", written, StringComparison.Ordinal);
        Assert.Contains("... and 5 more.", written, StringComparison.Ordinal);
    }

    private static Failure At(SourcePosition position) =>
        new("LK1009", ExitCode.Refused, "x") { IsTrue = "Nothing was changed.", Places = [Problem(position)] };

    private static FormatProblem Problem(SourcePosition position) =>
        new("LK1009", position, "There is no such operation.", "Correct it.");

    private static string Written(Failure failure, params string[] args)
    {
        var terminal = TestTerminal.Piped();
        terminal.Reporter(args).Fail(failure);
        Assert.Empty(terminal.Out);
        return terminal.Error;
    }
}
