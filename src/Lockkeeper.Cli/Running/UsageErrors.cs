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

    private static string Problem(ParseResult parsed) => parsed switch
    {
        { CommandResult.Command: { Subcommands.Count: > 0 } group, UnmatchedTokens: [var word, ..] } when !word.StartsWith('-') =>
            NoSuchCommand(group, WithoutPasswords(word)),
        { CommandResult.Command: { Subcommands.Count: > 0 } group, UnmatchedTokens: [] } =>
            $"{group.Name} needs one of: {string.Join(", ", group.Subcommands.Select(command => command.Name))}.",
        _ => WithoutPasswords(string.Join(' ', parsed.Errors.Select(error => error.Message.TrimEnd('.') + ".").Distinct())),
    };

    private static string NoSuchCommand(Command group, string word)
    {
        var near = group.Subcommands.Where(command => !command.Hidden).Select(command => command.Name)
            .FirstOrDefault(name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase) || IsOneSlipAway(name, word));
        return $"There is no command \"{word}\"." + (near is null ? "" : $" Did you mean \"{near}\"?");
    }

    // A letter too many, too few, another one, or two that changed places.
    private static bool IsOneSlipAway(string name, string word)
    {
        var same = name.Zip(word).TakeWhile(pair => pair.First == pair.Second).Count();
        var (restOfName, restOfWord) = (name[same..], word[same..]);
        return Skip(restOfName, 1) == restOfWord || restOfName == Skip(restOfWord, 1) || Skip(restOfName, 1) == Skip(restOfWord, 1)
            || (restOfName.Length > 1 && restOfWord.Length > 1 && restOfName[0] == restOfWord[1] && restOfName[1] == restOfWord[0]
                && restOfName[2..] == restOfWord[2..]);
    }

    private static string? Skip(string text, int count) => text.Length < count ? null : text[count..];

    // The parser repeats words that it does not expect, and a URL in the wrong place is one.
    private static string WithoutPasswords(string text) =>
        PasswordByName().Replace(PasswordInUrl().Replace(text, "://***@"), "$1=***");

    [GeneratedRegex(@"://[^\s']*@")]
    private static partial Regex PasswordInUrl();

    [GeneratedRegex(@"(password)\s*=\s*('[^']*'|[^\s;]*)", RegexOptions.IgnoreCase)]
    private static partial Regex PasswordByName();

    /// <summary>A command with those that it is in, as it is typed.</summary>
    public static string NameOf(CommandResult command) => command.Parent is CommandResult parent
        ? $"{NameOf(parent)} {command.Command.Name}"
        : "lockkeeper";
}
