using System.Collections.Immutable;
using System.Diagnostics;
using Lockkeeper.Migrations.Planning.Dependents;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Reading.Dependents;

/// <summary>Reads what depends on a column, in one snapshot of the catalog.</summary>
internal static class DependentsReader
{
    // Before, a publication had neither a list of columns nor a condition.
    private const int FirstWithPublishedColumns = 15;

    private static ImmutableArray<string> QueriesFor(int majorVersion) =>
    [
        DependentQueries.Policies, DependentQueries.Triggers, DependentQueries.Statistics, DependentQueries.Views, DependentQueries.Rules,
        .. majorVersion >= FirstWithPublishedColumns ? [DependentQueries.Publications] : ImmutableArray<string>.Empty,
    ];

    public static async Task<FoundDependents> ReadAsync(NpgsqlConnection connection, FindDependents question, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        return await ReadInTransactionAsync(connection, question, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same in the caller's transaction, which sees one snapshot.</summary>
    public static async Task<FoundDependents> ReadInTransactionAsync(
        NpgsqlConnection connection, FindDependents question, CancellationToken cancellationToken)
    {
        await SetAsync(connection, "", cancellationToken).ConfigureAwait(false);
        var found = new List<(char Letter, uint Oid, int Level, Dependent Dependent)>();
        foreach (var query in QueriesFor(connection.PostgreSqlVersion.Major))
        {
            found.AddRange(await connection.QueryAsync(query, ParametersOf(question), Row, cancellationToken).ConfigureAwait(false));
        }

        var obstacles = await connection.QueryAsync(
            ObstacleQuery.Sql, ParametersOf(question), row => row.GetString(0), cancellationToken).ConfigureAwait(false);
        var ordered = found.OrderBy(f => f.Dependent.Kind).ThenBy(f => f.Level).ThenBy(f => f.Dependent.Relation.ToString(), StringComparer.Ordinal)
            .ThenBy(f => f.Dependent.Name.Value, StringComparer.Ordinal).ToImmutableArray();
        var path = ProbePath.Of(question.Table.Schema, ordered.Select(f => f.Dependent));
        await SetAsync(connection, $"{string.Join(", ", path)}, pg_temp", cancellationToken).ConfigureAwait(false);
        var probes = await connection.QueryAsync(
            DependentProbes.Sql(connection.PostgreSqlVersion.Major >= FirstWithPublishedColumns),
            [new() { Value = ordered.Select(f => f.Letter.ToString()).ToArray() }, new() { Value = ordered.Select(f => (long)f.Oid).ToArray() }],
            row => row.GetFieldValue<string[]>(0),
            cancellationToken).ConfigureAwait(false);
        return new FoundDependents([.. ordered.Zip(probes, (f, probe) => f.Dependent with { Probe = [.. probe] })], [.. obstacles]);
    }

    // Compiling such a query takes longer than running it.
    private static Task<int> SetAsync(NpgsqlConnection connection, string path, CancellationToken cancellationToken) => connection.ExecuteAsync(
        "SELECT set_config('search_path', $1, true), set_config('jit', 'off', true)", [new() { Value = path }], cancellationToken);

    private static NpgsqlParameter[] ParametersOf(FindDependents question) =>
    [
        new() { Value = question.Table.ToString() },
        new() { Value = question.Column.Value },
        new() { Value = question.VersionSchemas.Select(schema => schema.Value).ToArray() },
    ];

    private static (char Letter, uint Oid, int Level, Dependent Dependent) Row(NpgsqlDataReader row)
    {
        var letter = row.GetString(0)[0];
        var listed = row.GetFieldValue<string[]>(8);
        if (listed is [""])
        {
            throw new UnreachableException($"pg_get_triggerdef printed a form that is not known: {row.GetFieldValue<string[]>(6)[0]}");
        }

        var dependent = new Dependent(KindOf(letter), Name(row, 3), new Identifier(row.GetString(5)), [.. row.GetFieldValue<string[]>(6)])
        {
            Drop = [.. row.GetFieldValue<string[]>(7)],
            Listed = listed is [var head, var tail, .. var columns] ? new TriggerColumns(head, tail, [.. columns.Select(name => new Identifier(name))]) : null,
            Reads =
            [
                .. row.GetFieldValue<string[]>(9).Zip(row.GetFieldValue<string[]>(10), (schema, name) => new TableName(new Identifier(schema), new Identifier(name))),
            ],
        };
        return (letter, row.GetFieldValue<uint>(1), row.GetInt32(2), dependent);
    }

    private static TableName Name(NpgsqlDataReader row, int first) =>
        new(new Identifier(row.GetString(first)), new Identifier(row.GetString(first + 1)));

    private static DependentKind KindOf(char letter) => letter switch
    {
        'p' => DependentKind.Policy,
        't' => DependentKind.Trigger,
        's' => DependentKind.Statistics,
        'b' => DependentKind.Publication,
        'v' => DependentKind.View,
        'r' => DependentKind.Rule,
        'i' => DependentKind.ViewTrigger,
        _ => throw new UnreachableException($"The queries give no kind {letter}."),
    };
}
