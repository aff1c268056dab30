using System.Collections.Immutable;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Running;

/// <summary>Brings one file up to date. A file that reads as it is, or would not read afterwards either, is not touched.</summary>
internal sealed class FileUpdater(string path)
{
    /// <summary>What was done, and what is wrong with the file still.</summary>
    public async Task<(UpdatedOutput? Updated, ImmutableArray<FormatProblem> Problems)> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = await Migration.LoadAsync(path, cancellationToken);
            return (null, []);
        }
        catch (MigrationFormatException unreadable)
        {
            return await UpdateAsync(unreadable, cancellationToken);
        }
    }

    private async Task<(UpdatedOutput? Updated, ImmutableArray<FormatProblem> Problems)> UpdateAsync(
        MigrationFormatException unreadable, CancellationToken cancellationToken)
    {
        var text = await ReadAsync(cancellationToken);
        if (text is null || Update(text) is not { } updated)
        {
            return (null, unreadable.Problems);
        }

        // Comments are in no tree, so the text that has them stays.
        var kept = HasComments(text) ? $"{path}.orig" : null;
        if (kept is not null)
        {
            await MigrationFiles.CreateAsync(kept, text, cancellationToken);
        }

        await MigrationFiles.ReplaceAsync(path, updated.Text, cancellationToken);
        return (new UpdatedOutput(path, kept, updated.Changes), []);
    }

    private UpdatedFile? Update(string text)
    {
        try
        {
            var updated = MigrationFormat.Update(text, path);
            if (updated is not null)
            {
                _ = Migration.Parse(updated.Text, path);
            }

            return updated;
        }
        catch (MigrationFormatException)
        {
            return null;
        }
    }

    private async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // JSON has none; in YAML a number sign inside of a text is taken for one too, and then a file is kept for nothing.
    private bool HasComments(string text) =>
        !path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && text.Contains('#', StringComparison.Ordinal);
}
