namespace Lockkeeper.Locks.Graph;

/// <summary>The one thing that a lock is on. Two locks can conflict only where their tags are equal.</summary>
public sealed record LockTag
{
    /// <summary>What kind of thing it is; the other properties are null where the kind has no use for them.</summary>
    public required LockKind Kind { get; init; }

    /// <summary>The OID of the database; 0 for what all databases share.</summary>
    public uint? Database { get; init; }

    /// <summary>The OID of the relation, in its own database.</summary>
    public uint? Relation { get; init; }

    /// <summary>The page of the relation.</summary>
    public long? Page { get; init; }

    /// <summary>The number of the row version in its page.</summary>
    public int? Tuple { get; init; }

    /// <summary>The virtual transaction, such as <c>3/17</c>.</summary>
    public string? VirtualXid { get; init; }

    /// <summary>The transaction.</summary>
    public uint? TransactionId { get; init; }

    /// <summary>The OID of the catalog in which the object is, or the first part of an advisory key.</summary>
    public uint? ClassId { get; init; }

    /// <summary>The OID of the object, or the second part of an advisory key.</summary>
    public uint? ObjectId { get; init; }

    /// <summary>The object's part, or 1 and 2 for advisory keys of one <c>bigint</c> and of two <c>integer</c>.</summary>
    public int? ObjectSubId { get; init; }

    /// <summary>The row version's address, for a <see cref="LockKind.Tuple"/>.</summary>
    public string? Ctid => Kind == LockKind.Tuple ? FormattableString.Invariant($"({Page},{Tuple})") : null;

    /// <summary>The key of an advisory lock as its application gave it: "42", or "1, 2".</summary>
    public string? AdvisoryKey => Kind != LockKind.Advisory ? null : ObjectSubId == 1
        ? FormattableString.Invariant($"{unchecked((long)(((ulong)ClassId.GetValueOrDefault() << 32) | ObjectId.GetValueOrDefault()))}")
        : FormattableString.Invariant($"{unchecked((int)ClassId.GetValueOrDefault())}, {unchecked((int)ObjectId.GetValueOrDefault())}");
}
