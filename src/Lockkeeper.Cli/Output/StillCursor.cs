using System.Text;

namespace Lockkeeper.Cli.Output;

/// <summary>Leaves out the order to move the cursor up by no line, which terminals take for one line.</summary>
/// <remarks>
/// Spectre.Console 0.49 writes it for a moving part of one line, and each frame of that would stand a line higher, over what was said before.
/// ECMA-48 has no parameter zero; xterm's control sequences name 1 as the default, and 0 is read as that.
/// </remarks>
internal sealed class StillCursor(TextWriter inner) : TextWriter
{
    private const string UpByNone = "\u001b[0A";

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(value?.Replace(UpByNone, "", StringComparison.Ordinal));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Flush() => inner.Flush();
}
