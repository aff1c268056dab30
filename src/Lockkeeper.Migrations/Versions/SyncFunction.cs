using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Versions;

/// <summary>Writes the PL/pgSQL function that carries one version's writes over to the other's columns.</summary>
/// <remarks>
/// <para>
/// A column is computed for a new row, and for a changed row only when one of the columns that its expression reads has changed, or when the
/// row was never filled. So a write of one version never undoes a value that the other wrote to columns it does not touch.
/// </para>
/// <para>
/// Changes are told by <c>record_image_ne</c>, which compares bytes: it works for types without an equality operator (json, point), and a
/// text that differs only in case counts as changed under a case-insensitive collation (manual, 9.25.6).
/// </para>
/// </remarks>
internal static class SyncFunction
{
    private static readonly string Marker = ReservedNames.Marker.ToString();

    /// <summary>The statement that creates the function.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="change">The table's new columns.</param>
    /// <param name="direction">Whose writes it carries over.</param>
    /// <param name="marked">Whether the table has the marker column.</param>
    public static string Create(TableName name, TableChange change, SyncDirection direction, bool marked)
    {
        var body = direction == SyncDirection.Up ? Up(change, marked) : Down(change, marked);
        var tag = Tag(body);
        return $"""
            CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {tag}
            #variable_conflict use_column
            DECLARE
                {ExpressionCompiler.Row} ALIAS FOR NEW;
            {body}
            {tag}
            """;
    }

    private static string Up(TableChange change, bool marked)
    {
        var syncs = Of(change, SyncDirection.Up);
        var text = new StringBuilder("BEGIN\n");
        text.Append("    IF TG_OP = 'INSERT' THEN\n").Append(MovedRow(change, marked));
        foreach (var sync in syncs)
        {
            text.Append(CultureInfo.InvariantCulture, $"        NEW.{sync.Target} := ({sync.Expression.Sql});\n");
        }

        text.Append("    ELSE\n");
        foreach (var sync in syncs)
        {
            text.Append(CultureInfo.InvariantCulture, $"""
                        IF OLD.{Marker}{Changed(sync, " OR ")} THEN
                            NEW.{sync.Target} := ({sync.Expression.Sql});
                        END IF;

                """);
        }

        return text.Append("    END IF;\n").Append(End(change, marked)).ToString();
    }

    private static string Down(TableChange change, bool marked)
    {
        // An operation's old column is made from the columns as that operation left them, which a later operation may have replaced:
        // the last operation is undone first.
        ImmutableArray<ColumnSync> syncs = [.. Of(change, SyncDirection.Down).Reverse()];
        var flags = syncs.Select((_, i) => $"    lockkeeper_changed_{i} boolean;\n");
        var text = new StringBuilder(string.Concat(flags)).Append("BEGIN\n");
        text.Append("    IF TG_OP = 'INSERT' THEN\n").Append(MovedRow(change, marked));
        // Others may read a number that the server gives.
        foreach (var sync in syncs.OrderBy(sync => sync.WhenAbsent is null))
        {
            text.Append(Inserted(sync));
        }

        text.Append(syncs.IsEmpty ? "        NULL;\n" : "").Append("    ELSE\n");
        foreach (var (sync, i) in syncs.Select((sync, i) => (sync, i)))
        {
            text.Append(CultureInfo.InvariantCulture, $"        lockkeeper_changed_{i} := {Changed(sync, "")};\n");
        }

        text.Append(marked ? FillWhatIsPending(change) : "");
        foreach (var (sync, i) in syncs.Select((sync, i) => (sync, i)))
        {
            text.Append(CultureInfo.InvariantCulture, $"""
                        IF lockkeeper_changed_{i} THEN
                            NEW.{sync.Target} := ({sync.Expression.Sql});
                {Also(syncs, i)}        END IF;

                """);
        }

        return text.Append("    END IF;\n").Append(End(change, marked)).ToString();
    }

    private static string Inserted(ColumnSync sync)
    {
        var set = $"NEW.{sync.Target} := ({sync.Expression.Sql});\n";
        return sync.WhenAbsent is not { } generated
            ? $"        {set}"
            : $"""
                    IF NEW.{generated.Target} IS NULL THEN
                        NEW.{generated.Target} := ({generated.Expression.Sql});
                    ELSE
                        {set.TrimEnd()}
                    END IF;

            """;
    }

    // What reads a column that is set here has changed too.
    private static string Also(ImmutableArray<ColumnSync> syncs, int done) => string.Concat(
        Enumerable.Range(done + 1, syncs.Length - done - 1)
            .Where(i => syncs[i].Expression.Inputs.Contains(syncs[done].Target))
            .Select(i => $"            lockkeeper_changed_{i} := true;\n"));

    // A row that was never filled gets now what the backfill would have given it, but for the columns that this very statement sets.
    private static string FillWhatIsPending(TableChange change)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"        IF OLD.{Marker} THEN\n");
        foreach (var sync in Of(change, SyncDirection.Up))
        {
            text.Append(CultureInfo.InvariantCulture, $"""
                            IF NOT pg_catalog.record_image_ne(ROW(NEW.{sync.Target}), ROW(OLD.{sync.Target})) THEN
                                NEW.{sync.Target} := ({sync.Expression.Sql});
                            END IF;

                """);
        }

        return text.Append("        END IF;\n").ToString();
    }

    // An UPDATE that moves a row to another partition fires UPDATE triggers on the one and INSERT triggers on the other
    // (manual, 39.1). The first has done the work and says so by a marker of null, which a row that is newly inserted never has here. Every row that a client
    // writes keeps it, so that those that only the backfill wrote can be told by their false (ValueCheck).
    private static string MovedRow(TableChange change, bool marked) => marked && change.IsPartitioned
        ? $"""
                    IF NEW.{Marker} IS NULL THEN
                        RETURN NEW;
                    END IF;

            """
        : "";

    private static string End(TableChange change, bool marked)
    {
        var cleared = marked ? $"    NEW.{Marker} := {(change.IsPartitioned ? "NULL" : "false")};\n" : "";
        return $"{cleared}    RETURN NEW;\nEND";
    }

    private static string Changed(ColumnSync sync, string prefix) => sync.Expression.Inputs.IsEmpty
        ? prefix.Length == 0 ? "false" : ""
        : $"{prefix}pg_catalog.record_image_ne(ROW({List("NEW", sync)}), ROW({List("OLD", sync)}))";

    private static string List(string record, ColumnSync sync) =>
        string.Join(", ", sync.Expression.Inputs.Select(input => $"{record}.{input}"));

    private static ImmutableArray<ColumnSync> Of(TableChange change, SyncDirection direction) =>
        [.. change.Syncs.Where(sync => sync.Direction == direction)];

    private static string Tag(string body)
    {
        var tag = "$lockkeeper$";
        for (var i = 1; body.Contains(tag, StringComparison.Ordinal); i++)
        {
            tag = $"$lockkeeper{i}$";
        }

        return tag;
    }
}
