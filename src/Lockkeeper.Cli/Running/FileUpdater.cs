using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Running;

/// <summary>Brings one file up to date. A file that reads as it is, or would not read afterwards either, or cannot be written, is not touched.</summary>
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
            return await UpdateAsync(unreadable.Problems, cancellationToken);
        }
    }

    private async Task<(UpdatedOutput? Updated, ImmutableArray<FormatProblem> Problems)> UpdateAsync(
        ImmutableArray<FormatProblem> asItIs, CancellationToken cancellationToken)
    {
        // What is wrong with the file as a whole no other format of it mends; and to open a pipe would wait for somebody who writes to it.
        if (asItIs.Any(problem => problem.Position.Line == 0) || await ReadAsync(cancellationToken) is not { } text || Update(text) is not { } updated)
        {
            return (null, asItIs);
        }

        if (!updated.Problems.IsEmpty)
        {
            return (null, updated.Problems);
        }

        try
        {
            // Comments are in no tree, so the text that has them stays.
            var kept = HasComments(text) ? await KeepAsync(text, cancellationToken) : null;
            await MigrationFiles.ReplaceAsync(path, updated.Text, cancellationToken);
            return (new UpdatedOutput(path, kept, updated.Changes), []);
        }
        catch (RefusedException unwritable)
        {
            return (null, [new FormatProblem(unwritable.Code, SourcePosition.Whole(path), unwritable.Problem, unwritable.WhatToDo)]);
        }
    }

    private UpdatedFile? Update(string text)
    {
        try
        {
            return MigrationFormat.Update(text, path);
        }
        catch (MigrationFormatException)
        {
            return null;
        }
    }

    // What is not UTF-8 would be written otherwise than it was.
    private async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            return null;
        }
    }

    // An older file that was kept is somebody's as well.
    private async Task<string> KeepAsync(string text, CancellationToken cancellationToken)
    {
        for (var number = 1; ; number++)
        {
            var beside = number == 1 ? $"{path}.orig" : string.Create(CultureInfo.InvariantCulture, $"{path}.orig{number}");
            if (!Path.Exists(beside))
            {
                await MigrationFiles.CreateAsync(beside, text, cancellationToken);
                return beside;
            }
        }
    }

    // JSON has none; in YAML a number sign inside of a text is taken for one too, and then a file is kept for nothing.
    private bool HasComments(string text) =>
        !path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && text.Contains('#', StringComparison.Ordinal);
}
