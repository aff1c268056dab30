using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Lockkeeper.Cli.Output;

namespace Lockkeeper.Cli.Running;

/// <summary>A command line that cannot be understood: says why, and where the help is.</summary>
internal static partial class UsageErrors
{
    public static ExitCode Show(ParseResult parsed, CommandContext context)
    {
        if (parsed.Tokens.Count == 0)
        {
            parsed.RootCommandResult.Command.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = context.Terminal.Error });
            return ExitCode.Usage;
        }

        var report = Reporter.Of(context, parsed);
        report.Fail(new Failure(ErrorCodes.Usage, ExitCode.Usage, Problem(parsed))
        {
            WhatToDo = $"\"{NameOf(parsed.CommandResult)} --help\" shows what can be given.",
        });
        return ExitCode.Usage;
    }

    private static string Problem(ParseResult parsed) =>
        WithoutPasswords(string.Join(' ', parsed.Errors.Select(error => error.Message.TrimEnd('.') + ".").Distinct()));

    // The parser repeats words that it does not expect, and a URL in the wrong place is one.
    private static string WithoutPasswords(string text) =>
        PasswordByName().Replace(PasswordInUrl().Replace(text, "://***@"), "$1=***");

    [GeneratedRegex(@"://[^\s']*@")]
    private static partial Regex PasswordInUrl();

    [GeneratedRegex(@"(password)\s*=\s*('[^']*'|[^\s;]*)", RegexOptions.IgnoreCase)]
    private static partial Regex PasswordByName();

    private static string NameOf(CommandResult command) => command.Parent is CommandResult parent
        ? $"{NameOf(parent)} {command.Command.Name}"
        : "lockkeeper";
}
