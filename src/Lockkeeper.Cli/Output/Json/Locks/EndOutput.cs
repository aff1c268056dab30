namespace Lockkeeper.Cli.Output.Json.Locks;

/// <summary>What <c>cancel</c> or <c>terminate</c> did: <c>result</c> is <c>done</c>, <c>told</c> or <c>gone</c>.</summary>
internal sealed record EndOutput(int ProcessId, string Result, IReadOnlyList<int> Freed)
{
    /// <inheritdoc/>
    public bool Equals(EndOutput? other) =>
        other is not null && ProcessId == other.ProcessId && Result == other.Result && Freed.SequenceEqual(other.Freed);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ProcessId, Result);
}
