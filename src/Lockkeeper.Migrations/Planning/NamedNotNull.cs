using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>A NOT NULL constraint with a name.</summary>
/// <param name="Column">Its column, as it is stored.</param>
/// <param name="Name">Its name.</param>
internal sealed record NamedNotNull(Identifier Column, Identifier Name)
{
    /// <summary>Whether tables that inherit from this one need not obey it.</summary>
    public bool NoInherit { get; init; }

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }
}
