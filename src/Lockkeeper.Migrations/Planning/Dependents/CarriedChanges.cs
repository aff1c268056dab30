using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>What is not as it was when a plan was made, and would be lost if it were put back as planned.</summary>
internal static partial class CarriedChanges
{
    /// <summary>The differences, each in words.</summary>
    /// <param name="planned">What goes over to the copy.</param>
    /// <param name="now">What is there, read in the same way.</param>
    public static ImmutableArray<string> Between(IEnumerable<CarriedObject> planned, IEnumerable<CarriedObject> now)
    {
        var (then, there) = (planned.ToLookup(one => one.Name, Text), now.ToLookup(one => one.Name, Text));
        return
        [
            .. then.Where(one => !there.Contains(one.Key)).Select(one => $"{one.Key} is gone"),
            .. then.Where(one => there.Contains(one.Key) && !one.Order(StringComparer.Ordinal).SequenceEqual(there[one.Key].Order(StringComparer.Ordinal)))
                .Select(one => $"{one.Key} has changed"),
            .. there.Where(one => !then.Contains(one.Key)).Select(one => $"{one.Key} is new"),
        ];
    }

    // Where a definition lists all columns of a table, those of the migration are among them by now; a trigger lists the copy because we told it to.
    private static string Text(CarriedObject one) => OurColumn().Replace(string.Join('\n', one.Definition), "");

    [GeneratedRegex("""
        , (?:"_lockkeeper_(?:[^"]|"")*"|_lockkeeper_\w+)
        """)]
    private static partial Regex OurColumn();
}
