using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;
using Lockkeeper.Server.Reading;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.TableUpdates;

/// <summary>Makes a job of a file, with the server as the one who understands its SQL.</summary>
/// <remarks>
/// Without a condition the rows to be updated are those of which a value would change. Their bytes are compared, which every type can
/// (manual, 9.25.6); so a value that is right already costs no write, and what runs again finds nothing to do.
/// </remarks>
internal sealed class TableUpdateCompiler(TableUpdate backfill, Identifier schema)
{
    private TableUpdateFields Fields => backfill.Fields;

    public async Task<BackfillJob> CompileAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var row = await ReadTableAsync(connection, cancellationToken).ConfigureAwait(false);
        var table = new TableName(schema, row.StoredAs);
        // A compiled expression is assigned to a type without a modifier; the assignment itself then applies the column's.
        var types = await ColumnTypes.ReadAsync(connection, table, withModifiers: false, cancellationToken).ConfigureAwait(false);
        var set = ImmutableArray.CreateBuilder<(ColumnSnapshot Column, string Sql, ImmutableArray<Identifier> Inputs)>();
        foreach (var (name, expression) in Fields.Set)
        {
            var column = ColumnOf(row, name);
            var compiled = await CompileAsync(connection, row, expression, types[column.Name.Value], Fields.Source.Of("set", name), cancellationToken)
                .ConfigureAwait(false);
            set.Add((column, compiled.Sql, compiled.Inputs));
        }

        var condition = Fields.Where is { } where
            ? (await CompileAsync(connection, row, where, "boolean", Fields.Source.Of("where"), cancellationToken).ConfigureAwait(false)).Sql
            : Changes(set.Select(s => (s.Column, s.Sql)).ToList());
        return new BackfillJob
        {
            Name = backfill.JobName,
            Table = table,
            Condition = condition,
            Order = Fields.OrderBy.IsEmpty
                ? null
                : new BackfillOrder([.. Fields.OrderBy.Select(name => Known(row, name.Value, Fields.Source.Of("order_by")).StoredAs)], Fields.Descending),
            Assignments =
            [
                .. set.Select(s => new BackfillAssignment(s.Column.StoredAs, s.Sql)
                {
                    ReadsWhatIsSet = s.Inputs.Intersect(set.Select(other => other.Column.StoredAs)).Any(),
                }),
            ],
        };
    }

    private static string Changes(IReadOnlyCollection<(ColumnSnapshot Column, string Sql)> set)
    {
        var stored = string.Join(", ", set.Select(s => $"{ExpressionCompiler.Row}.{s.Column.StoredAs}"));
        var computed = string.Join(", ", set.Select(s => $"CAST(({s.Sql}) AS {s.Column.Type})"));
        return $"pg_catalog.record_image_ne(ROW({stored}), ROW({computed}))";
    }

    private async Task<TableSnapshot> ReadTableAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = await CatalogReader.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        return now?.Tables.GetValueOrDefault(Fields.Table.Value) ?? throw Unknown(
            Fields.Source.Of("table"), $"There is no table {new TableName(schema, Fields.Table)}.", "Check the name; --schema says in which schema it is.");
    }

    private ColumnSnapshot ColumnOf(TableSnapshot row, string name)
    {
        var at = Fields.Source.Of("set", name);
        var column = Known(row, name, at);
        return column.Generated is null
            ? column
            : throw Unknown(at, $"Column \"{name}\" of table {row.Name} is generated and cannot be set.", "Set the columns that it is generated from.");
    }

    private static ColumnSnapshot Known(TableSnapshot row, string name, SourcePosition at) => row.Find(new Identifier(name))
        ?? throw Unknown(at, $"Table {row.Name} has no column \"{name}\".", "Check the name.");

    private static InvalidMigrationException Unknown(SourcePosition at, string problem, string remedy) => new("LK2026", at, problem, remedy);

    private async Task<CompiledExpression> CompileAsync(
        NpgsqlConnection connection, TableSnapshot row, string expression, string type, SourcePosition at, CancellationToken cancellationToken)
    {
        try
        {
            return await ExpressionCompiler.CompileAsync(
                connection, new CompilingScope(schema, []), row, expression, type, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!TransientErrors.IsConnectionLoss(e))
        {
            throw new InvalidMigrationException(
                "LK2025", at, $"The server refuses the expression \"{expression.Trim()}\": {e.MessageText} (SQLSTATE {e.SqlState}).", "Correct the expression.", e);
        }
    }
}
