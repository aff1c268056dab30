using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Says which way a constraint is added or dropped, and why.</summary>
internal static class ConstraintNotes
{
    public static IEnumerable<string> Of(Identifier table, Identifier constraint, ImmutableArray<ColumnChange> changes) => changes.IsEmpty
        ? [$"No column of {table} is copied for constraint {constraint}: no value changes."]
        : changes.Select(change => $"Column {change.Old.Name} of {table} is copied for constraint {constraint}: \"up\" or \"down\" changes values.");
}
