using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.BulkWrite.Rendering;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>Finds the row of a unit that a unique or a foreign key refused. The server names the constraint; of an array it names no row.</summary>
/// <remarks>
/// The detail of the message has the key, but as text in the server's language, and the driver keeps it back unless told otherwise. So the rows are
/// compared with each other first, and with the table then, after the unit was rolled back. What others changed in between leaves the row unnamed.
/// </remarks>
internal sealed class ViolatingRow(PreparedUnit unit, PostgresException refused, PlannedStep? step)
{
    private Catalog Catalog => unit.Catalog;

    /// <summary>Compares the rows with each other, and asks the server for what it has.</summary>
    public async Task<FoundRow?> FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (FindInInput() is { } found)
        {
            return found;
        }

        try
        {
            foreach (var change in Candidates())
            {
                var rows = UniqueKey(change) is { } key ? await TakenAsync(connection, change, key, cancellationToken).ConfigureAwait(false)
                    : Reference(change) is { } reference ? await OrphansAsync(connection, change, reference, cancellationToken).ConfigureAwait(false)
                    : [];
                if (rows is [var first, ..])
                {
                    return new FoundRow(change.Index, first);
                }
            }
        }
        catch (Exception failure) when (Failures.IsOfServer(failure))
        {
            // The unit's own failure is what the caller has to hear of, with or without the row.
        }

        return null;
    }

    /// <summary>Compares the rows with each other only: two of one input that have one key in the violated index.</summary>
    public FoundRow? FindInInput()
    {
        foreach (var change in Candidates())
        {
            if (UniqueKey(change) is { } key && key.Columns.All(column => IsComparable(change, column)))
            {
                var written = change.Order.ToHashSet();
                var keys = change.KeysOf(key.Columns, Facts(change)).Where(written.Contains);
                for (var place = 1; place < keys.Count; place++)
                {
                    if (keys.Repeats(place))
                    {
                        return new FoundRow(change.Index, keys.Row(place));
                    }
                }
            }
        }

        return null;
    }

    private IEnumerable<Change> Candidates() => refused.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation
        && BulkWriteException.TableOf(refused) is { } table
        ? unit.Changes.Where(change => change.Kind is not (ChangeKind.Delete or ChangeKind.Lock) && !change.IsCounter && !change.IsStreamed
            && (step?.Change is null || step.Change == change.Index)
            && change.Map.Table == table)
        : [];

    private TableFacts Facts(Change change) => Catalog.Find(change.Map.Table);

    private UniqueKey? UniqueKey(Change change) => Facts(change).UniqueKeys.FirstOrDefault(
        key => key.IsPlain && key.Name.Value == refused.ConstraintName && key.Columns.All(column => change.Map.PlaceOf(column) >= 0));

    private Reference? Reference(Change change) => Catalog.From(change.Map.Table).FirstOrDefault(
        key => key.Name.Value == refused.ConstraintName && key.Columns.All(column => change.Map.PlaceOf(column) >= 0));

    private bool IsComparable(Change change, Identifier column) =>
        Facts(change).KindOf(column) is { } kind && change.Map.Mapped[change.Map.PlaceOf(column)].Fits(kind);

    private Task<IReadOnlyList<long>> TakenAsync(NpgsqlConnection connection, Change change, UniqueKey key, CancellationToken cancellationToken)
    {
        var statement = new Statement();
        var shape = change.Shape(Facts(change), int.MaxValue, []);
        ImmutableArray<Identifier> ownKey = change.Kind == ChangeKind.Insert ? [] : change.Map.Key;
        var sql = ViolationSql.Taken(shape, key.Columns, ownKey, Facts(change), statement);
        return AskAsync(connection, change, sql, statement, cancellationToken);
    }

    private async Task<IReadOnlyList<long>> OrphansAsync(NpgsqlConnection connection, Change change, Reference reference, CancellationToken cancellationToken)
    {
        var statement = new Statement();
        var sql = ViolationSql.Orphans(change.Shape(Facts(change), int.MaxValue, []), reference, Facts(change), statement);
        var orphans = await AskAsync(connection, change, sql, statement, cancellationToken).ConfigureAwait(false);

        // Parents that the unit itself would have inserted were rolled back with it.
        var parents = unit.Changes.Where(parent => parent.Map.Table == reference.Parent && parent is { Kind: not (ChangeKind.Update or ChangeKind.Delete or ChangeKind.Lock) })
            .ToList();
        if (parents.Count == 0 || orphans.Count == 0)
        {
            return orphans;
        }

        if (!reference.Columns.All(column => IsComparable(change, column))
            || parents.Any(parent => parent.IsStreamed || !reference.ParentColumns.All(column => parent.Map.PlaceOf(column) >= 0 && IsComparable(parent, column))))
        {
            return [];
        }

        var own = parents.SelectMany(parent => Texts(parent.KeysOf(reference.ParentColumns, Facts(parent))).Select(key => key.Text)).ToHashSet();
        var missing = Texts(change.KeysOf(reference.Columns, Facts(change))).Where(key => !own.Contains(key.Text)).Select(key => (long)key.Row).ToHashSet();
        return [.. orphans.Where(missing.Contains)];
    }

    private static IEnumerable<(string Text, int Row)> Texts(KeySet keys) =>
        Enumerable.Range(0, keys.Count).Select(place => (Convert.ToHexString(keys.Key(place)), keys.Row(place)));

    private async Task<IReadOnlyList<long>> AskAsync(
        NpgsqlConnection connection, Change change, string sql, Statement statement, CancellationToken cancellationToken)
    {
        var places = await connection.QueryAsync(
            sql, statement.Sources.SelectMany(source => change.Parameters(source.Columns, change.Order, Facts(change))), row => row.GetInt64(0), cancellationToken)
            .ConfigureAwait(false);
        return [.. places.Select(place => (long)change.Order[place - 1])];
    }
}
