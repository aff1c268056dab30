using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.BulkWrite.Rendering;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>
/// Finds the row of a unit that a check constraint does not let in, or whose text cannot be cast to its column's type. The server tells the constraint, or the
/// type, and of an array no row.
/// </summary>
/// <remarks>
/// Asked after the unit was rolled back. A constraint is evaluated over the rows as they were given: where a merge made something else of them, or it reads columns
/// that are not given, the row stays unnamed. Texts are cast half by half, until one is left.
/// </remarks>
internal sealed class UnfitRow(PreparedUnit unit, PostgresException refused, PlannedStep? step)
{
    private const string DataException = "22";

    public async Task<FoundRow?> FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (step?.Change is not { } index || index >= unit.Changes.Length
            || unit.Changes[index] is not { IsStreamed: false, IsCounter: false, Kind: not (ChangeKind.Delete or ChangeKind.Lock) } change)
        {
            return null;
        }

        try
        {
            return refused.SqlState == PostgresErrorCodes.CheckViolation ? await UncheckedAsync(connection, change, cancellationToken).ConfigureAwait(false)
                : refused.SqlState.StartsWith(DataException, StringComparison.Ordinal) ? await UncastAsync(connection, change, cancellationToken).ConfigureAwait(false)
                : null;
        }
        catch (Exception failure) when (Failures.IsOfServer(failure))
        {
            // The unit's own failure is what the caller has to hear of, with or without the row.
            return null;
        }
    }

    private async Task<FoundRow?> UncheckedAsync(NpgsqlConnection connection, Change change, CancellationToken cancellationToken)
    {
        if (BulkWriteException.TableOf(refused) != change.Map.Table || refused.ConstraintName is not { } name)
        {
            return null;
        }

        var table = unit.Catalog.Find(change.Map.Table);
        var found = await connection.QueryAsync(
            ViolationSql.Check,
            [new NpgsqlParameter<string> { TypedValue = change.Map.Table.ToString() }, new NpgsqlParameter<string> { TypedValue = name }],
            row => row.GetString(0),
            cancellationToken).ConfigureAwait(false);
        if (found is not [var check])
        {
            return null;
        }

        var statement = new Statement();
        var sql = ViolationSql.Unchecked(Shape(change, table), check, table, statement);
        var places = await connection.QueryAsync(
            sql, statement.Sources.SelectMany(source => change.Parameters(source.Columns, change.Order, table)), row => row.GetInt64(0), cancellationToken)
            .ConfigureAwait(false);
        return places is [var first, ..] ? new FoundRow(change.Index, change.Order[first - 1]) : null;
    }

    private async Task<FoundRow?> UncastAsync(NpgsqlConnection connection, Change change, CancellationToken cancellationToken)
    {
        var table = unit.Catalog.Find(change.Map.Table);
        foreach (var column in change.Map.Columns.Where(column => change.Map.Mapped[change.Map.PlaceOf(column)].Type == typeof(string)))
        {
            var rows = change.Order;
            if (await IsCastAsync(connection, change, column, rows, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            while (rows.Length > 1)
            {
                var half = rows[..(rows.Length / 2)];
                rows = await IsCastAsync(connection, change, column, half, cancellationToken).ConfigureAwait(false) ? rows[half.Length..] : half;
            }

            return new FoundRow(change.Index, rows[0], column);
        }

        return null;

        async Task<bool> IsCastAsync(NpgsqlConnection on, Change of, Identifier column, int[] rows, CancellationToken token)
        {
            var statement = new Statement();
            var sql = ViolationSql.Cast(Shape(of, table), column, table, statement);
            try
            {
                await on.QueryAsync(sql, statement.Sources.SelectMany(source => of.Parameters(source.Columns, rows, table)), _ => 0, token).ConfigureAwait(false);
                return true;
            }
            catch (PostgresException failure) when (failure.SqlState == refused.SqlState)
            {
                return false;
            }
        }
    }

    private static ChangeShape Shape(Change change, TableFacts table) => change.Shape(table, int.MaxValue, []);
}
