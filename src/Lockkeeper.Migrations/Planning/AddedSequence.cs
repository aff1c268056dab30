using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning.Dependents;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What numbers the rows of a serial or identity column that is added to a table in use.</summary>
/// <remarks>
/// To add either in one statement writes every row again under a lock that stops all clients. So the sequence is made apart, the column takes its values
/// by a default, and the rows that are there get theirs from the backfill. The server turns no such column into an identity one: its sequence is a new
/// one of the same name, which counts on. Whoever writes the table calls nextval meanwhile, also in a trigger, and needs the right to.
/// </remarks>
internal sealed class AddedSequence(PlanningContext context, TableSnapshot table, NewColumn parts, TableName sequence)
{
    private const string Value = "'lockkeeper.sequence_value'";
    private const string Called = "'lockkeeper.sequence_called'";

    private const int FirstWithIdentityInPartitions = 17;

    private static readonly string[] Integers = ["smallint", "integer", "bigint"];

    /// <summary>What kind of identity column it becomes, if any.</summary>
    public ColumnIdentity Identity { get; init; }

    /// <summary>How an identity column counts, as the user wrote it.</summary>
    public string? Options { get; init; }

    private string Counts => string.IsNullOrWhiteSpace(Options) ? "" : $" {Options}\n";

    /// <summary>The column as it will be.</summary>
    public ColumnSnapshot Final => Identity == ColumnIdentity.None ? parts.Column : parts.Column with { Default = null, Identity = Identity };

    /// <summary>Refuses what cannot be an identity column.</summary>
    public void Refuse(SourcePosition type, SourcePosition options)
    {
        if (Identity == ColumnIdentity.None)
        {
            return;
        }

        if (table.IsPartitioned && context.Facts.MajorVersion < FirstWithIdentityInPartitions)
        {
            throw Refusals.NotSupported(
                type, $"Before PostgreSQL {FirstWithIdentityInPartitions}, a row that is written to a partition by its name gets no number from an identity column.",
                "Choose the type serial or bigserial.");
        }

        if (!Integers.Contains(parts.Column.Type))
        {
            throw Refusals.NotSupported(
                type, $"{parts.Column.Type} is no type for the identity column {parts.Column.Name}.", "Choose smallint, integer or bigint.");
        }

        var probed = context.Ask(new ProbeDependents(
            [], [context.Schema],
            [
                $"CREATE TEMPORARY SEQUENCE lockkeeper_sequence AS {parts.Column.Type}{Counts}",
                $"CREATE TEMPORARY TABLE lockkeeper_identity (value {parts.Column.Type} GENERATED ALWAYS AS IDENTITY{(Counts.Length == 0 ? "" : $" ({Counts})")})",
            ])
        {
            At = options,
            What = "sequence_options",
        });
        if (probed.Message is { } message)
        {
            throw Refusals.NotSupported(
                options, $"The server refuses \"sequence_options\": {message}.", "Write them as in CREATE SEQUENCE: START WITH 100 INCREMENT BY 10.");
        }
    }

    /// <summary>Starting, before the column is added.</summary>
    public void Create()
    {
        parts.AddExpand(new Step($"CREATE SEQUENCE {sequence} AS {parts.Column.Type}{Counts}", [], "numbers the rows of the new column")
        {
            Undo = new Step($"DROP SEQUENCE IF EXISTS {sequence}", [], $"take back sequence {sequence}"),
        });
        if (table.Owner is { } owner && owner != context.Facts.Role)
        {
            // Otherwise the server does not let it belong to the column (ALTER SEQUENCE ... OWNED BY).
            parts.AddExpand(new Step($"ALTER SEQUENCE {sequence} OWNER TO {owner}", [], "the sequence has its table's owner"));
        }

        foreach (var grantee in Writers())
        {
            parts.AddExpand(new Step(
                Ddl.GrantOn("USAGE", $"SEQUENCE {sequence}", new Grant(grantee, "USAGE", false)), [], "whoever writes the table takes numbers"));
        }
    }

    /// <summary>Starting, once the column is there.</summary>
    public void BelongToColumn() => parts.AddExpand(new Step(
        $"ALTER SEQUENCE {sequence} OWNED BY {parts.Stored}.{parts.Column.StoredAs}",
        CommandLocks.OwnSequence.On(parts.Stored),
        "the sequence goes where its column goes"));

    /// <summary>In the swap, once the column has its name and takes no nulls.</summary>
    public void BecomeIdentity()
    {
        if (Identity == ColumnIdentity.None)
        {
            return;
        }

        var alter = $"ALTER TABLE {parts.Named} ALTER COLUMN {parts.Column.Name}";
        var always = Identity == ColumnIdentity.Always ? "ALWAYS" : "BY DEFAULT";
        Swap($"{alter} DROP DEFAULT", "an identity column has none", CommandLocks.SetDefault);
        Swap($"ALTER SEQUENCE {sequence} OWNED BY NONE", "nobody takes a number from the sequence any more");
        Swap(
            $"SELECT pg_catalog.set_config({Value}, last_value::text, true), pg_catalog.set_config({Called}, is_called::text, true) FROM {sequence}",
            "how far it has come");
        Swap($"DROP SEQUENCE {sequence}", "an identity column has a sequence of its own making");
        Swap($"{alter} ADD GENERATED {always} AS IDENTITY (SEQUENCE NAME {sequence}{Counts})", "the column is an identity column from now on", CommandLocks.AddIdentity);
        Swap(
            $"SELECT pg_catalog.setval({new Literal(sequence.ToString())}::pg_catalog.regclass, pg_catalog.current_setting({Value}, true)::bigint, "
            + $"pg_catalog.current_setting({Called}, true)::boolean)",
            "the sequence counts on");
    }

    private void Swap(string sql, string purpose, CommandLock? command = null) =>
        parts.AddSwap(new Step(sql, command?.On(parts.Named) ?? [], purpose));

    // The rows of both versions are numbered in the name of the client that writes them.
    private IEnumerable<Identifier?> Writers() => table.Grants.Concat(table.Columns.SelectMany(column => column.Grants))
        .Where(grant => grant.Privilege is "INSERT" or "UPDATE" && (grant.Grantee is null || grant.Grantee != table.Owner))
        .Select(grant => grant.Grantee).Distinct();
}
