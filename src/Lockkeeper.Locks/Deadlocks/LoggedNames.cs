using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>Names what a log only numbers, as far as something tells its name.</summary>
/// <param name="relations">Names of relations by OID, from a server that has them; may be empty.</param>
internal sealed partial class LoggedNames(ImmutableDictionary<uint, string> relations)
{
    /// <summary>What a process waited for.</summary>
    public string Of(DeadlockEdge edge, Deadlock deadlock) => Named(
        edge.Tag,
        edge.Waiter == deadlock.Victim ? deadlock.Place : VictimPlace.Unknown,
        deadlock.Queries.GetValueOrDefault(edge.Waiter));

    /// <summary>What a wait was for, so that waits for the rows of one table come out as one: a row's address is another after each change.</summary>
    public string Of(LockTag tag, VictimPlace place, string? statement) => tag.Kind switch
    {
        LockKind.TransactionId when place is { Action: "inserting index" } => $"keys of {Keyed(place, statement)}",
        LockKind.TransactionId => $"rows of {place.Relation ?? TableOf(statement) ?? "a table"}",
        LockKind.Tuple => $"rows of {Relation(tag, statement)}",
        _ => Named(tag, place, statement),
    };

    private string Named(LockTag tag, VictimPlace place, string? query) => tag.Kind switch
    {
        LockKind.TransactionId when place is { Action: "inserting index" } => $"a key of {Keyed(place, query)}",
        LockKind.TransactionId when place is { Relation: { } relation, Ctid: { } ctid } => $"row {ctid} of {relation}",
        LockKind.TransactionId when TableOf(query) is { } table => $"a row of {table}",
        LockKind.TransactionId => "a row",
        LockKind.Tuple => $"the queue for row {tag.Ctid} of {Relation(tag, query)}",
        LockKind.Relation => NameOf(tag, query) is { } table ? $"table {table}" : Relation(tag, query),
        LockKind.Extend => $"the extension of {Relation(tag, query)}",
        LockKind.Page => $"a page of {Relation(tag, query)}",
        LockKind.Advisory => $"advisory lock ({tag.AdvisoryKey})",
        LockKind.VirtualXid => $"the snapshot of transaction {tag.VirtualXid}",
        LockKind.SpeculativeToken => "an upsert of the same key",
        LockKind.CatalogObject => FormattableString.Invariant($"object {tag.ObjectId} of catalog {tag.ClassId}"),
        LockKind.FrozenId => "the horizons of a database, which VACUUM moves",
        LockKind.UserLock => FormattableString.Invariant($"user lock ({tag.ClassId}, {tag.ObjectId})"),
        _ => "a transaction of a subscription",
    };

    // An upsert that finds the key taken names the table, everybody else the index (check_exclusion_or_unique_constraint in execIndexing.c).
    private static string Keyed(VictimPlace place, string? query) =>
        query?.Contains("on conflict", StringComparison.OrdinalIgnoreCase) == true ? $"{place.Relation}" : $"index {place.Relation}";

    private string Relation(LockTag tag, string? query) => NameOf(tag, query) ?? FormattableString.Invariant($"relation {tag.Relation}");

    private string? NameOf(LockTag tag, string? query) => tag.Relation is { } oid && relations.TryGetValue(oid, out var name) ? name : TableOf(query);

    // The first table of the statement that waits: what it waits for is nearly always it.
    private static string? TableOf(string? query) =>
        query is not null && TableRegex().Match(query) is { Success: true } match ? match.Groups["table"].Value : null;

    [GeneratedRegex("""\b(?:update(?!\s+set)|from|into|lock\s+table|lock|alter\s+table|truncate(?:\s+table)?|drop\s+table|on)\s+(?:only\s+|if\s+exists\s+|table\s+)*(?<table>(?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)""", RegexOptions.IgnoreCase)]
    private static partial Regex TableRegex();
}
