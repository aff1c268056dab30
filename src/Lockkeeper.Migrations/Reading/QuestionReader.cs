using System.Diagnostics;
using Lockkeeper.Migrations.Execution;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Planning.Dependents;
using Lockkeeper.Migrations.Reading.Dependents;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;
using Lockkeeper.Server.Reading;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Reading;

/// <summary>Carries the questions of planning to the server. All of them are asked in transactions that are rolled back.</summary>
internal sealed class QuestionReader(NpgsqlConnection connection, Identifier schema)
{
    /// <summary>The answer to a question.</summary>
    /// <exception cref="InvalidMigrationException">The server refuses the text that the question is about.</exception>
    public async Task<object> AnswerAsync(Question question, CancellationToken cancellationToken)
    {
        var scope = new CompilingScope(schema, question.Preamble);
        try
        {
            return question switch
            {
                DescribeColumn q => await ColumnProbe
                    .DescribeAsync(connection, scope, q.Type, q.Default, cancellationToken).ConfigureAwait(false),
                CompileExpression q => await ExpressionCompiler
                    .CompileAsync(connection, scope, q.Row, q.Expression, q.Type, cancellationToken).ConfigureAwait(false),
                TryExpression q => await TryAsync(scope, q, cancellationToken).ConfigureAwait(false),
                RewriteDefinitions q => await DefinitionRewriter
                    .RewriteAsync(connection, scope, q.Row, q.Checks, q.Indexes, q.Unique, q.Generated, q.Then, cancellationToken).ConfigureAwait(false),
                ProbeTypeChange q => await TypeChangeProbe
                    .TryAsync(connection, scope, q.Row, q.Column, q.Type, cancellationToken).ConfigureAwait(false),
                FindRelation q => await FindAsync(q.Name, cancellationToken).ConfigureAwait(false),
                CatalogQuestion<FoundUsers> q => await BehindSqlAsync(q, () => UsersAsync(q, cancellationToken), cancellationToken).ConfigureAwait(false),
                FindPublications q => await UsersReader.PublicationsOfAsync(connection, q.Table, cancellationToken).ConfigureAwait(false),
                FindLimitingPublications q => await UsersReader
                    .LimitingPublicationsOfAsync(connection, q.Table, q.Full, cancellationToken).ConfigureAwait(false),
                FindDependents { Preamble.IsEmpty: true } q => await DependentsReader.ReadAsync(connection, q, cancellationToken).ConfigureAwait(false),
                FindDependents q => await BehindSqlAsync(
                    q, () => DependentsReader.ReadInTransactionAsync(connection, q, cancellationToken), cancellationToken).ConfigureAwait(false),
                ProbeDependents q => await DependentsProbe
                    .TryAsync(connection, scope, q.Rows, q.Path, q.Statements, cancellationToken).ConfigureAwait(false),
                ReadSchema q => await CatalogReader.ReadAsync(connection, q.Schema, cancellationToken).ConfigureAwait(false)
                    ?? new SchemaSnapshot(q.Schema, SchemaSnapshot.NoTables),
                DescribeSequence q => await SequenceReader.ReadAsync(connection, q.Sequence, cancellationToken).ConfigureAwait(false),
                FindPartitions q => await PartitionsReader.ReadAsync(connection, q.Table, cancellationToken).ConfigureAwait(false),
                FindNotNulls q => await NotNullsReader.ReadAsync(connection, q.Table, cancellationToken).ConfigureAwait(false),
                FindPartitionKey q => await PartitionsReader.KeyAsync(connection, q.Table, cancellationToken).ConfigureAwait(false),
                MeasureTable q => await MeasureAsync(q.Table, cancellationToken).ConfigureAwait(false),
                ProbeGenerated q => await GeneratedProbe
                    .TryAsync(connection, scope, q.Row, q.Type, q.Expression, q.Stored, cancellationToken).ConfigureAwait(false),
                RehearseSql q => await SqlRehearsal
                    .RunAsync(connection, schema, q.Preamble, q.Sql, cancellationToken).ConfigureAwait(false),
                DescribeEnum q => new FoundEnum(
                    await EnumProbe.DescribeAsync(connection, scope, q.Type, cancellationToken).ConfigureAwait(false)),
                QuoteName q => await QuoteAsync(q.Name, cancellationToken).ConfigureAwait(false),
                _ => throw new UnreachableException($"Nobody can answer {question.GetType().Name}."),
            };
        }
        catch (PostgresException e) when (IsRehearsal(question, e) && !TransientErrors.IsConnectionLoss(e))
        {
            throw Unrehearsed(question, e);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw await RightsReader.MissingForPlanningAsync(connection, cancellationToken).ConfigureAwait(false) as Exception
                ?? Refusal(question, e);
        }
        catch (PostgresException e) when (IsAboutTheText(e))
        {
            throw Refusal(question, e);
        }
    }

    // Class 42 is syntax, names, types and rights, 22 values, 0A what the server cannot do, 2B dependencies, 3F schemas, 54 limits
    // (manual, appendix A); a lost connection or a full disk says nothing about the text.
    private static bool IsAboutTheText(PostgresException e) =>
        e.SqlState[..2] is "42" or "22" or "0A" or "2B" or "3F" or "54" or "26" or "23";

    // What was tried once is refused when it is tried again only for what others do just now.
    private static bool IsRehearsal(Question question, PostgresException e) => question is RehearseSql
        || !question.Preamble.IsEmpty && (TransientErrors.IsWorthRetrying(e.SqlState) || e.SqlState == PostgresErrorCodes.QueryCanceled);

    private static Exception Unrehearsed(Question question, PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.ActiveSqlTransaction => SqlRefusals.NotAlone(question.At, e.MessageText, e),
        PostgresErrorCodes.QueryCanceled => SqlRefusals.TooLong(question.At, e),
        var state when TransientErrors.IsWorthRetrying(state) =>
            Failures.LockNotObtained(SqlRehearsal.LockTimeout, [], MigrationOutcome.NothingChanged, e),
        _ => SqlRefusals.Refused(question.At, e.MessageText, e),
    };

    private static InvalidMigrationException Refusal(Question question, PostgresException e) => question switch
    {
        RewriteDefinitions { CarriedOver: { } what } => Refusals.CannotCarryOver(question.At, what, e.MessageText, e),
        DescribeColumn { Default: not null, DefaultAt: { } at } describe when !IsAboutTheType(describe, e) =>
            Refusals.TypeRefused(at, "default", e.MessageText, e),
        DescribeColumn => Refusals.TypeRefused(question.At, question.What, e.MessageText, e),
        CompileExpression compile => Refusals.ExpressionRefused(compile.At, compile.What, e.MessageText, Shown(compile, e), e),
        _ => Refusals.ExpressionRefused(question.At, question.What, e.MessageText, null, e),
    };

    private static bool IsAboutTheType(DescribeColumn describe, PostgresException e) =>
        e.SqlState == PostgresErrorCodes.UndefinedObject && e.MessageText.Contains(describe.Type, StringComparison.OrdinalIgnoreCase);

    // The expression's line with a mark below the place that the server complains about.
    private static string? Shown(CompileExpression compile, PostgresException e)
    {
        if (ExpressionCompiler.PlaceOf(e) is not { } place || place >= compile.Expression.Length)
        {
            return null;
        }

        var start = compile.Expression.LastIndexOf('\n', Math.Max(place - 1, 0)) + 1;
        var end = compile.Expression.IndexOf('\n', place);
        var line = compile.Expression[start..(end < 0 ? compile.Expression.Length : end)];
        return $"    {line}\n    {new string(' ', place - start)}^";
    }

    private Task<FoundUsers> UsersAsync(CatalogQuestion<FoundUsers> question, CancellationToken cancellationToken) => question switch
    {
        FindTableUsers q => UsersReader.OfTableAsync(connection, q.Table, cancellationToken),
        FindIndexUsers q => UsersReader.OfIndexAsync(connection, q.Index, cancellationToken),
        FindConstraintUsers q => UsersReader.OfConstraintAsync(connection, q.Table, q.Constraint, cancellationToken),
        _ => throw new UnreachableException($"Nobody can answer {question.GetType().Name}."),
    };

    // Behind whatever SQL of the user's makes before.
    private Task<TAnswer> BehindSqlAsync<TAnswer>(
        CatalogQuestion<TAnswer> question, Func<Task<TAnswer>> read, CancellationToken cancellationToken)
        where TAnswer : class => question.Preamble.IsEmpty
        ? read()
        : SqlRehearsal.ReadBehindAsync(connection, schema, question.Preamble, read, cancellationToken);

    private async Task<TriedExpression> TryAsync(CompilingScope scope, TryExpression tried, CancellationToken cancellationToken)
    {
        try
        {
            return new TriedExpression(
                await ExpressionCompiler.CompileAsync(connection, scope, tried.Row, tried.Expression, tried.Type, cancellationToken).ConfigureAwait(false), null);
        }
        catch (PostgresException e) when (IsAboutTheText(e) && e.SqlState != PostgresErrorCodes.InsufficientPrivilege)
        {
            return new TriedExpression(null, e.MessageText);
        }
    }

    private async Task<FoundRelation> FindAsync(TableName name, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            """
            SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table'
                   WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' WHEN 'c' THEN 'composite type'
                   ELSE CASE WHEN c.relispartition THEN 'partition' ELSE 'table' END END
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = $2
            UNION ALL
            SELECT 'type' FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE n.nspname = $1 AND t.typname = $2 AND t.typrelid = 0 AND t.typelem = 0
            LIMIT 1
            """,
            [new() { Value = name.Schema.Value }, new() { Value = name.Name.Value }],
            row => new FoundRelation(row.GetString(0)),
            cancellationToken).ConfigureAwait(false);
        return rows is [var found] ? found : new FoundRelation(null);
    }

    // Its rows with what belongs to them, those of partitions included: what a rewrite writes again.
    private async Task<TableSize> MeasureAsync(TableName table, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            """
            SELECT coalesce(sum(pg_total_relation_size(part.oid)), 0)::bigint, coalesce(sum(pg_relation_size(part.oid)), 0)::bigint
            FROM (SELECT to_regclass($1)::oid UNION SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass($1))) AS part (oid)
            """,
            [new() { Value = table.ToString() }],
            row => new TableSize(row.GetInt64(0), row.GetInt64(1)),
            cancellationToken).ConfigureAwait(false);
        return rows[0];
    }

    private async Task<QuotedName> QuoteAsync(TableName name, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            "SELECT quote_ident($1) || '.' || quote_ident($2)",
            [new() { Value = name.Schema.Value }, new() { Value = name.Name.Value }],
            row => new QuotedName(row.GetString(0)),
            cancellationToken).ConfigureAwait(false);
        return rows[0];
    }
}
