using System.Collections.Immutable;
using Lockkeeper.Cli.Output;
using Spectre.Console;

namespace Lockkeeper.Cli.Asking;

/// <summary>The kinds of questions that there are.</summary>
internal sealed class Questions(IAnsiConsole console, CancellationToken cancellationToken)
{
    public Task<string> TextAsync(string what) => new TextPrompt<string>($"{Shown.Line(what)}:").ShowAsync(console, cancellationToken);

    /// <summary>A text, or nothing.</summary>
    public Task<string> OptionalTextAsync(string what) =>
        new TextPrompt<string>($"{Shown.Line(what)}:").AllowEmpty().ShowAsync(console, cancellationToken);

    public Task<string> NameAsync(string what) => new TextPrompt<string>($"{Shown.Line(what)}:")
        .Validate(name => name.Trim().Length > 0)
        .ShowAsync(console, cancellationToken);

    public Task<string> ChoiceAsync(string what, IEnumerable<string> words) => new SelectionPrompt<string>()
        .Title($"{Shown.Line(what)}:")
        .UseConverter(Shown.Line)
        .AddChoices(words)
        .ShowAsync(console, cancellationToken);

    /// <summary>Any of the words, none as well.</summary>
    public async Task<ImmutableArray<string>> SeveralAsync(string what, IEnumerable<string> words) =>
    [
        .. await new MultiSelectionPrompt<string>()
            .Title($"{Shown.Line(what)}:")
            .NotRequired()
            .UseConverter(Shown.Line)
            .AddChoices(words)
            .ShowAsync(console, cancellationToken),
    ];
}
