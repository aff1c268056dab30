using System.Collections.Immutable;

namespace Lockkeeper.Locks.Graph;

/// <summary>What one statement read at one moment: everything that the rest is concluded from.</summary>
public sealed class Observation
{
    /// <summary>When, by the server's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The database that was connected to; only its relations have names here.</summary>
    public required string Database { get; init; }

    /// <summary>The OID of that database.</summary>
    public required uint DatabaseId { get; init; }

    /// <summary>The server's version as <c>server_version_num</c> has it, such as 180004.</summary>
    public required int ServerVersion { get; init; }

    /// <summary>Whether the server is a standby.</summary>
    public bool InRecovery { get; init; }

    /// <summary>Whether the role may see what other roles' sessions do.</summary>
    public bool SeesOthers { get; init; } = true;

    /// <summary>After how long a waiter looks for a deadlock.</summary>
    public TimeSpan DeadlockTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many deadlocks the server has ended in this database since its statistics were last reset.</summary>
    public long Deadlocks { get; init; }

    /// <summary>The waits, what is held of the same things, and the tables that those who wait for a transaction read or write.</summary>
    public ImmutableArray<LockEntry> Locks { get; init; } = [];

    /// <summary>Everybody who takes part.</summary>
    public ImmutableDictionary<OwnerId, LockOwner> Owners { get; init; } = ImmutableDictionary<OwnerId, LockOwner>.Empty;

    /// <summary>Relations by OID, as far as they are of this database or shared.</summary>
    public ImmutableDictionary<uint, LockedRelation> Relations { get; init; } = ImmutableDictionary<uint, LockedRelation>.Empty;

    /// <summary>What objects are, in the server's words, by catalog and OID.</summary>
    public ImmutableDictionary<(uint Class, uint Id), string> Objects { get; init; } =
        ImmutableDictionary<(uint Class, uint Id), string>.Empty;

    /// <summary>The owner, also when the server did not list it: it may have ended between two of its lists.</summary>
    /// <param name="id">Who.</param>
    public LockOwner OwnerOf(OwnerId id) => Owners.GetValueOrDefault(id) ?? new LockOwner { Id = id };

    /// <summary>The relation of a tag, where its name is known.</summary>
    /// <param name="tag">The tag.</param>
    public LockedRelation? RelationOf(LockTag tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        return tag.Relation is { } oid && (tag.Database == DatabaseId || tag.Database == 0) ? Relations.GetValueOrDefault(oid) : null;
    }
}
