using System.Collections.Immutable;

namespace Lockkeeper.Backfill.Throttling;

/// <summary>Throttles as text: <c>name=limit</c>, <c>name/strict=limit</c> or <c>name/lenient=limit</c>.</summary>
public static class ThrottleText
{
    internal const string Strict = "strict";
    internal const string Lenient = "lenient";

    private static readonly ImmutableArray<Kind> Kinds =
    [
        new(ReplicaLagThrottle.Key, limit => new ReplicaLagThrottle(Amount.Time(limit))),
        new(ReplicaBytesThrottle.Key, limit => new ReplicaBytesThrottle(Amount.Bytes(limit))),
        new(SlotThrottle.Key, limit => new SlotThrottle(Amount.Bytes(limit))),
        new(WalRateThrottle.Key, limit => new WalRateThrottle(Amount.Bytes(limit))),
        new(ArchiverThrottle.Key, limit => new ArchiverThrottle(Amount.Bytes(limit))),
        new(WaitingSessionsThrottle.Key, limit => new WaitingSessionsThrottle(Amount.Count(limit))),
        new(ActiveSessionsThrottle.Key, limit => new ActiveSessionsThrottle(Amount.Count(limit))),
        new(CommitLatencyThrottle.Key, limit => new CommitLatencyThrottle(Amount.Time(limit))),
        new(WindowThrottle.Key, WindowThrottle.Parse),
        new(SqlThrottle.Key, sql => new SqlThrottle(sql)),
    ];

    /// <summary>The names of all throttles.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Kinds.Select(kind => kind.Name)];

    /// <summary>Those that are on when nobody has said anything: each protects somebody else, and none stops a server that is merely busy.</summary>
    public static ImmutableArray<Throttle> Defaults { get; } =
    [
        new ReplicaLagThrottle(TimeSpan.FromSeconds(10)),
        new SlotThrottle(1L << 30),
        new ArchiverThrottle(2L << 30),
        new WaitingSessionsThrottle(5),
        new CommitLatencyThrottle(TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Reads one throttle.</summary>
    /// <param name="text">Such as <c>replica-lag=10s</c>.</param>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static Throttle Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (name, strictness, limit) = Split(text);
        if (Kinds.FirstOrDefault(k => k.Name == name) is not { } kind)
        {
            throw new FormatException($"There is no throttle \"{name}\"; there are {string.Join(", ", Names)}.");
        }

        try
        {
            var throttle = kind.Read(limit);
            return throttle with
            {
                HoldsWhenUnreadable = strictness switch
                {
                    null => throttle.IsStrictByDefault,
                    Strict => true,
                    Lenient => false,
                    _ => throw new FormatException($"\"{strictness}\" is neither \"{Strict}\" nor \"{Lenient}\""),
                },
            };
        }
        catch (FormatException refused)
        {
            throw new FormatException($"The throttle \"{text}\" cannot be read: {refused.Message}.", refused);
        }
    }

    /// <summary>Changes a set of throttles: one of the same name is replaced, <c>name=off</c> takes it away, and <c>off</c> takes all away.</summary>
    /// <param name="throttles">The set.</param>
    /// <param name="changes">What to change, in order.</param>
    /// <exception cref="FormatException">A change cannot be read.</exception>
    public static ImmutableArray<Throttle> Change(ImmutableArray<Throttle> throttles, IEnumerable<string> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        foreach (var change in changes)
        {
            throttles = Change(throttles, change);
        }

        return throttles;
    }

    private static ImmutableArray<Throttle> Change(ImmutableArray<Throttle> throttles, string change)
    {
        if (change == "off")
        {
            return [];
        }

        if (change.EndsWith("=off", StringComparison.Ordinal) && Names.Contains(change[..^4], StringComparer.Ordinal))
        {
            return throttles.RemoveAll(throttle => throttle.Name == change[..^4]);
        }

        var one = Parse(change);
        return throttles.RemoveAll(throttle => throttle.Name == one.Name).Add(one);
    }

    private static (string Name, string? Strictness, string Limit) Split(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            throw new FormatException($"\"{text}\" is no throttle: it is written name=limit, such as replica-lag=10s.");
        }

        var (name, limit) = (text[..equals].Trim(), text[(equals + 1)..].Trim());
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (name, null, limit) : (name[..slash], name[(slash + 1)..], limit);
    }

    private sealed record Kind(string Name, Func<string, Throttle> Read);
}
