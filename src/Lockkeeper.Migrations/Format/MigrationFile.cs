using System.Diagnostics.CodeAnalysis;
using System.Security;
using System.Text;
using System.Text.Unicode;

namespace Lockkeeper.Migrations.Format;

/// <summary>Reads the text of a migration file. Nothing but the file is touched.</summary>
internal static class MigrationFile
{
    public static async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            FormatProblems.Refuse(
                FormatCodes.Unreadable, SourcePosition.Whole(path), $"{path} is a folder.",
                "Name a file in it; \"lockkeeper migrate\" takes a folder.");
        }

        // Before the file is opened: a wrong extension is then told even of a file that is not there.
        MigrationFileName.SyntaxOf(path);
        if (HasNothing(path))
        {
            FormatProblems.Refuse(
                FormatCodes.Empty, SourcePosition.Whole(path), "The file is empty, or is a pipe, a socket or a device, which are not read.",
                "Write a list of operations into it, or delete it.");
        }

        return Decode(await ReadBytesAsync(path, cancellationToken).ConfigureAwait(false), path);
    }

    /// <summary>Whether the file is there and has no length. A pipe has none either, and opening one waits for somebody who writes to it.</summary>
    public static bool HasNothing(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists && ((file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo) ?? file) is { Exists: true, Length: 0 };
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            // Whoever opens it is told why.
            return false;
        }
    }

    /// <summary>The bytes as text; refuses what is not UTF-8, telling where it stops being so.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string fileName)
    {
        if (bytes.StartsWith<byte>([0xFF, 0xFE]) || bytes.StartsWith<byte>([0xFE, 0xFF]))
        {
            FormatProblems.Refuse(
                FormatCodes.NotUtf8, SourcePosition.Whole(fileName),
                "The file is UTF-16, as some editors and shells of Windows write.",
                "Save it as UTF-8.");
        }

        var valid = ValidLength(bytes);
        var text = Encoding.UTF8.GetString(bytes[..valid]).TrimStart('\uFEFF');
        if (valid < bytes.Length)
        {
            FormatProblems.Refuse(
                FormatCodes.NotUtf8, new SourceText(fileName, text).At(text.Length),
                $"The byte 0x{bytes[valid]:X2} here is not UTF-8.",
                "Save the file as UTF-8.");
        }

        return text;
    }

    [DoesNotReturn]
    public static void RefuseSize(string fileName) => FormatProblems.Refuse(
        FormatCodes.TooLarge, SourcePosition.Whole(fileName),
        $"The file is larger than {FormatLimits.MaxBytes / 1024 / 1024} MiB.",
        "A migration holds no data: is this the right file?");

    private static int ValidLength(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return bytes.Length;
        }

        var length = 0;
        while (Rune.DecodeFromUtf8(bytes[length..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            length += consumed;
        }

        return length;
    }

    private static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAtMostAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            FormatProblems.Refuse(
                FormatCodes.Unreadable, SourcePosition.Whole(path),
                $"The file cannot be read: {exception.Message.TrimEnd('.')}.",
                "Check the path and the rights.");
            return [];
        }
    }

    internal static bool IsUnreadable(Exception exception) => exception
        is IOException or UnauthorizedAccessException or SecurityException or ArgumentException
        or NotSupportedException;

    // Not File.ReadAllBytes: a name may be that of a device without an end.
    private static async Task<byte[]> ReadAtMostAsync(string path, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Options = FileOptions.Asynchronous, Share = FileShare.ReadWrite };
        var stream = new FileStream(path, options);
        await using (stream.ConfigureAwait(false))
        {
            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await content.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                if (content.Length > FormatLimits.MaxBytes)
                {
                    RefuseSize(path);
                }
            }

            return content.ToArray();
        }
    }
}
