using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Versions;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What a plan's schema is like behind SQL of the user's that was tried.</summary>
/// <remarks>
/// The SQL is run when what operations before it change in tables in use is not there yet. So it must not touch those tables at all, which its locks
/// tell: even a SELECT has one. Then it makes no difference that it runs earlier than the file says.
/// </remarks>
internal static class SqlEffect
{
    /// <summary>The schema as the new version sees it, and what is there when tables in use are extended.</summary>
    /// <exception cref="InvalidMigrationException">LK1171: it touches a table that an operation before it changes.</exception>
    public static (SchemaSnapshot After, SchemaSnapshot Present) On(PlanningContext context, RehearsedSql rehearsed, SourcePosition at)
    {
        var changed = rehearsed.Before.Tables.Keys.Union(rehearsed.After.Tables.Keys)
            .Where(name => rehearsed.Before.Tables.GetValueOrDefault(name) != rehearsed.After.Tables.GetValueOrDefault(name))
            .Select(name => new Identifier(name)).ToList();
        var touched = rehearsed.Locks.Where(held => held.Table.Schema == context.Schema).Select(held => held.Table.Name).Union(changed);
        foreach (var table in touched.Where(table => IsPending(context, table)))
        {
            throw SqlRefusals.TouchesPending(at, table);
        }

        var (after, present) = (context.Before, context.Present);
        foreach (var name in changed)
        {
            if (rehearsed.After.Find(name) is not { } table)
            {
                (after, present) = (after.Without(name), present.Without(name));
                continue;
            }

            if (rehearsed.Before.Find(name) is null && after.Find(name) is not null)
            {
                throw Refusals.TableExists(at, name);
            }

            var placed = ColumnOrder.Placed(table, context.Before.Find(name) is { } seen ? [.. ColumnOrder.Of(seen).Select(c => c.StoredAs)] : []);
            (after, present) = (after.With(placed), present.With(placed));
        }

        return (after with { Grants = rehearsed.After.Grants }, present with { Grants = rehearsed.After.Grants });
    }

    private static bool IsPending(PlanningContext context, Identifier stored)
    {
        var seen = context.Before.Tables.Values.FirstOrDefault(table => table.StoredAs == stored);
        return context.Present.Find(stored) is { } present && present != seen;
    }
}
