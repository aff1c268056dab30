using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;
using NpgsqlTypes;

namespace Lockkeeper.Backfill.Execution;

/// <summary>Names a row for a human: by its primary key, or by its place where there is none. Shows no other column.</summary>
internal static class RowName
{
    private const string KeySql =
        """
        SELECT a.attname
        FROM pg_index AS i, unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, place), pg_attribute AS a
        WHERE i.indrelid = $1 AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = k.attnum
        ORDER BY k.place
        """;

    public static async Task<string> ReadAsync(
        NpgsqlConnection connection, uint leafOid, TableName leaf, NpgsqlTid row, CancellationToken cancellationToken)
    {
        var key = await connection.QueryAsync(
            KeySql,
            [new() { Value = leafOid, NpgsqlDbType = NpgsqlDbType.Oid }],
            reader => new Identifier(reader.GetString(0)),
            cancellationToken).ConfigureAwait(false);
        if (key.Count == 0)
        {
            return $"at ctid {row}";
        }

        var values = await connection.QueryAsync(
            $"SELECT concat_ws(', ', {string.Join(", ", key.Select(column => $"{column}::text"))}) FROM ONLY {leaf} WHERE ctid = $1",
            [new() { Value = row, NpgsqlDbType = NpgsqlDbType.Tid }],
            reader => reader.GetString(0),
            cancellationToken).ConfigureAwait(false);
        return $"({string.Join(", ", key)}) = ({values.SingleOrDefault() ?? "changed meanwhile"})";
    }
}
