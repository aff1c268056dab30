using System.Collections.Immutable;

namespace Lockkeeper.BulkWrite.Recording;

/// <summary>Two orders contradict each other: a deadlock that has not happened yet.</summary>
public sealed class LockOrderException : Exception
{
    private LockOrderException(string code, string message, ImmutableArray<LockOrderContradiction> contradictions)
        : base($"{code}: {message}")
    {
        Code = code;
        Contradictions = contradictions;
    }

    /// <summary>A stable code; docs/errors has one page for each.</summary>
    public string Code { get; }

    /// <summary>Each with both of its stacks.</summary>
    public ImmutableArray<LockOrderContradiction> Contradictions { get; }

    internal static LockOrderException Contradicted(ImmutableArray<LockOrderContradiction> found) => new(
        "LK3030", string.Join("\n\n", found.Select(Words)), found);

    private static string Words(LockOrderContradiction found) => found.Held == found.Taken
        ? $"rows of {found.Held} are locked twice in one transaction, so in no order:\n{found.Stack}"
        : $"{found.Held} is held while {found.Taken} is locked:\n{found.Stack}\nand there is a way from {found.Taken} back to {found.Held}:\n{found.OppositeStack}";
}
