using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Migrations.State;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The statement that drops what SQL of the user's made, each object without CASCADE.</summary>
/// <remarks>
/// Objects are known by their numbers, so another one that has taken a name is never meant. A table is dropped only when every row in it was written by the
/// transaction that made it, under a lock under which that stays so. What cannot be dropped stays, and is said: rolling back must not fail for it.
/// </remarks>
internal static class DropMade
{
    /// <param name="made">What was made.</param>
    /// <param name="locks">What dropping it locks.</param>
    public static Step Step(MadeObjects made, ImmutableArray<TableLock> locks)
    {
        var objects = string.Join(", ", made.All.Select(o => string.Create(CultureInfo.InvariantCulture, $"({o.Catalog}, {o.Oid})")));
        // Again as long as something goes: one may use the other.
        return new Step(
            DoBlock.Of($"""
                DECLARE
                    made record;
                    kind text;
                    name text;
                    holds boolean;
                    went boolean := true;
                BEGIN
                    WHILE went LOOP
                        went := false;
                        FOR made IN SELECT class, oid FROM (VALUES {objects}) AS o (class, oid) LOOP
                            SELECT i.type, i.identity INTO kind, name FROM pg_catalog.pg_identify_object(made.class::oid, made.oid::oid, 0) AS i;
                            CONTINUE WHEN name IS NULL;
                            BEGIN
                                IF kind = 'table' THEN
                                    CONTINUE WHEN EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE made.oid::oid IN (inhrelid, inhparent));
                                    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', name);
                                    EXECUTE format('SELECT EXISTS (SELECT FROM %s AS t WHERE t.xmin::text <> %L)', name, {new Literal(made.Transaction)}) INTO holds;
                                    CONTINUE WHEN holds;
                                END IF;
                                EXECUTE format('DROP %s %s', CASE kind WHEN 'statistics object' THEN 'statistics' ELSE kind END, name);
                                went := true;
                            EXCEPTION
                                WHEN lock_not_available OR deadlock_detected OR serialization_failure THEN RAISE;
                                WHEN OTHERS THEN NULL;
                            END;
                        END LOOP;
                    END LOOP;
                END
                """),
            locks,
            "drop what the user's SQL made and nobody else uses");
    }
}
