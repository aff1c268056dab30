using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Says in sentences how a schema differs from what a plan predicted. What others depend on or may do is left out: it is not the plan's.</summary>
internal static class Drift
{
    public static ImmutableArray<string> Between(SchemaSnapshot predicted, SchemaSnapshot actual)
    {
        var differences = ImmutableArray.CreateBuilder<string>();
        foreach (var name in predicted.Tables.Keys.Union(actual.Tables.Keys).Order(StringComparer.Ordinal))
        {
            var (before, after) = (predicted.Tables.GetValueOrDefault(name), actual.Tables.GetValueOrDefault(name));
            if (before is null || after is null)
            {
                differences.Add($"Table \"{name}\" is {(after is null ? "missing" : "new")}.");
                continue;
            }

            Compare(differences, name, "column", before.Columns, after.Columns, c => c.Name.Value);
            Compare(differences, name, "constraint", before.Constraints, after.Constraints, c => c.Name.Value);
            Compare(differences, name, "index", before.Indexes, after.Indexes, i => i.Name.Value);
            Compare(differences, name, "trigger", Names(before), Names(after), t => t);
            if (before.Comment != after.Comment)
            {
                differences.Add($"Table \"{name}\" has another comment than predicted.");
            }
        }

        return differences.ToImmutable();
    }

    // A trigger's text mentions columns, which the server renames in it.
    private static IEnumerable<string> Names(TableSnapshot table) => table.Triggers.Select(t => t.Name.Value);

    private static void Compare<T>(
        ImmutableArray<string>.Builder differences,
        string table,
        string what,
        IEnumerable<T> predicted,
        IEnumerable<T> actual,
        Func<T, string> name)
        where T : notnull
    {
        var before = predicted.ToDictionary(name, StringComparer.Ordinal);
        var after = actual.ToDictionary(name, StringComparer.Ordinal);
        foreach (var key in before.Keys.Union(after.Keys))
        {
            if (!after.TryGetValue(key, out var now))
            {
                differences.Add($"Table \"{table}\": {what} \"{key}\" is missing.");
            }
            else if (!before.TryGetValue(key, out var then))
            {
                differences.Add($"Table \"{table}\": {what} \"{key}\" is new.");
            }
            else if (!then.Equals(now))
            {
                differences.Add($"Table \"{table}\": {what} \"{key}\" is {now}, predicted was {then}.");
            }
        }

        if (differences.Count == 0 && !before.Keys.SequenceEqual(after.Keys))
        {
            differences.Add($"Table \"{table}\": the {what}s stand in another order than predicted.");
        }
    }
}
