using System.Text;

namespace Lockkeeper.Cli.Output;

/// <summary>A stream that may be closed or on a full disk: what cannot be written is lost, and the first reason is kept.</summary>
/// <remarks>A migration must not be broken off because somebody's log is full. Whether the result got through is asked in the end.</remarks>
internal sealed class GuardedWriter(TextWriter inner) : TextWriter
{
    private Exception? _failure;

    public override Encoding Encoding => inner.Encoding;

    /// <summary>Why something is lost, or null.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    public override void Write(char value) => Guard(() => inner.Write(value));

    public override void Write(string? value) => Guard(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Guard(() => inner.Write(buffer, index, count));

    // In one call, so that lines of several threads do not mix.
    public override void WriteLine(string? value) => Guard(() => inner.WriteLine(value));

    public override void Flush() => Guard(inner.Flush);

    private void Guard(Action write)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }
    }
}
