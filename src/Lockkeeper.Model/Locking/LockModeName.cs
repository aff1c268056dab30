namespace Lockkeeper.Model.Locking;

/// <summary>The names that the server gives the lock modes in <c>pg_locks</c> and in its log.</summary>
public static class LockModeName
{
    private const string Suffix = "Lock";

    /// <summary>Reads "AccessShareLock" and its like; null for what is no mode of the conflict table, such as SIReadLock, which blocks nobody.</summary>
    /// <param name="text">The name as the server writes it.</param>
    public static LockMode? Parse(string? text) =>
        text is not null && text.EndsWith(Suffix, StringComparison.Ordinal)
        && Enum.TryParse<LockMode>(text[..^Suffix.Length], out var mode) && Enum.IsDefined(mode) && $"{mode}{Suffix}" == text
            ? mode
            : null;

    /// <summary>The mode as statements and the manual write it, such as "ACCESS EXCLUSIVE".</summary>
    /// <param name="mode">The mode.</param>
    public static string InWords(this LockMode mode) => mode switch
    {
        LockMode.AccessShare => "ACCESS SHARE",
        LockMode.RowShare => "ROW SHARE",
        LockMode.RowExclusive => "ROW EXCLUSIVE",
        LockMode.ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
        LockMode.Share => "SHARE",
        LockMode.ShareRowExclusive => "SHARE ROW EXCLUSIVE",
        LockMode.Exclusive => "EXCLUSIVE",
        _ => "ACCESS EXCLUSIVE",
    };
}
