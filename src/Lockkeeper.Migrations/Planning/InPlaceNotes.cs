using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Says what it means for both versions that a column is changed where it is.</summary>
internal sealed class InPlaceNotes(Identifier table, Identifier column)
{
    private readonly List<string> _all = [];

    public ImmutableArray<string> All => [$"Column {column} of {table} is changed where it is, not copied: no value changes.", .. _all];

    public void Retyped(string type) => _all.Add(
        $"Column {column} of {table} becomes {type} on completion, and its view is made anew at that moment: a statement that a client of the new "
        + "version has prepared and that returns the column is refused once (\"cached plan must not change result type\") unless its driver prepares "
        + "it again. An \"up\" that computes the value makes a copy instead, of which prepared statements notice nothing.");

    public void Add(IEnumerable<string> notes) => _all.AddRange(notes);

    public void Nullable() => _all.Add(
        $"Column {column} of {table} takes nulls from completion on. With a \"down\" that says what the old version sees in their place, the new "
        + "version may write them from the start.");

    /// <summary>What both versions obey from the start.</summary>
    public void Obeyed(AddedConstraints added)
    {
        if (!added.Expand.IsEmpty || !added.AfterBackfill.IsEmpty)
        {
            _all.Add(ForBoth(table));
        }
    }

    /// <summary>The same for constraints of a whole table.</summary>
    public static string ForBoth(Identifier table) =>
        $"What is added to {table} holds for both versions from the start: the old version's writes that violate it are refused, and rows that violate "
        + "it now make starting fail, with nothing changed.";
}
