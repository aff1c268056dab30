using System.Collections.Immutable;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Which of the relations that a stage locks are tables, which are views, and which are not there.</summary>
internal sealed class RelationKinds
{
    private readonly ImmutableDictionary<string, bool> _isView;

    private RelationKinds(ImmutableDictionary<string, bool> isView) => _isView = isView;

    public static async Task<RelationKinds> ReadAsync(
        NpgsqlConnection connection, ImmutableArray<TableLock> locks, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            """
            SELECT w.name, c.relkind = 'v'
            FROM unnest($1::text[]) AS w (name) JOIN pg_catalog.pg_class c ON c.oid = to_regclass(w.name)
            WHERE c.relkind IN ('r', 'p', 'v')
            """,
            [new() { Value = locks.Select(l => l.Table.ToString()).ToArray() }],
            row => (Name: row.GetString(0), IsView: row.GetBoolean(1)),
            cancellationToken).ConfigureAwait(false);
        return new RelationKinds(rows.ToImmutableDictionary(row => row.Name, row => row.IsView, StringComparer.Ordinal));
    }

    public bool IsView(TableName name) => _isView.TryGetValue(name.ToString(), out var isView) && isView;

    public bool IsTable(TableName name) => _isView.TryGetValue(name.ToString(), out var isView) && !isView;
}
