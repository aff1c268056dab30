using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Reading;

/// <summary>What the catalog says of a column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SqlType">Its type as SQL, without length.</param>
/// <param name="TypeName">The type's own name, as the driver knows it.</param>
internal sealed record ColumnFacts(Identifier Name, string SqlType, string TypeName)
{
    /// <summary>How its values are ordered, or null when client and server have no order in common.</summary>
    public KeyKind? Kind { get; init; }

    public bool NotNull { get; init; }

    /// <summary>The longest text that it takes, or null.</summary>
    public int? MaxCharacters { get; init; }

    /// <summary>How many digits a number has that is declared with a precision, or null.</summary>
    public int? Precision { get; init; }

    /// <summary>How many of them are behind the point, or null.</summary>
    public int? Scale { get; init; }

    /// <summary>GENERATED ALWAYS AS IDENTITY: a given value has to be insisted on.</summary>
    public bool IdentityAlways { get; init; }

    /// <summary>Whether it is computed from others and cannot be written.</summary>
    public bool Generated { get; init; }

    public bool IsArray { get; init; }

    /// <summary>The sequence that belongs to it as SQL, or null.</summary>
    public string? Sequence { get; init; }
}
