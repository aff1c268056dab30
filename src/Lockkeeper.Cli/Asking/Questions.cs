using System.Collections.Immutable;
using Lockkeeper.Cli.Output;
using Spectre.Console;

namespace Lockkeeper.Cli.Asking;

/// <summary>The kinds of questions that there are.</summary>
internal sealed class Questions(IAnsiConsole console, CancellationToken cancellationToken)
{
    public Task<string> TextAsync(string what) => AskAsync(new TextPrompt<string>($"{Shown.Line(what)}:"));

    /// <summary>A text, or nothing.</summary>
    public Task<string> OptionalTextAsync(string what) =>
        AskAsync(new TextPrompt<string>($"{Shown.Line(what)}:").AllowEmpty());

    /// <summary>A text in which nothing is wrong; whoever types one that is not is told why, and asked again.</summary>
    /// <param name="what">The question.</param>
    /// <param name="problemOf">Says what is wrong with a text, or null.</param>
    public Task<string> NameAsync(string what, Func<string, string?> problemOf) => AskAsync(new TextPrompt<string>($"{Shown.Line(what)}:")
        .Validate(name => problemOf(name) is { } problem ? ValidationResult.Error($"[red]{Shown.Line(problem)}[/]") : ValidationResult.Success()));

    public Task<string> ChoiceAsync(string what, IEnumerable<string> words) => AskAsync(new SelectionPrompt<string>()
        .Title($"{Shown.Line(what)}:")
        .UseConverter(Shown.Line)
        .AddChoices(words));

    /// <summary>Any of the words, none as well.</summary>
    public async Task<ImmutableArray<string>> SeveralAsync(string what, IEnumerable<string> words) =>
    [
        .. await AskAsync(new MultiSelectionPrompt<string>()
            .Title($"{Shown.Line(what)}:")
            .NotRequired()
            .UseConverter(Shown.Line)
            .AddChoices(words)),
    ];

    // A list hides the cursor, and shows it again only when it is answered; what is said next begins on a line of its own.
    private async Task<T> AskAsync<T>(IPrompt<T> prompt)
    {
        try
        {
            return await prompt.ShowAsync(console, cancellationToken);
        }
        catch
        {
            console.Cursor.Show(true);
            console.WriteLine();
            throw;
        }
    }
}
