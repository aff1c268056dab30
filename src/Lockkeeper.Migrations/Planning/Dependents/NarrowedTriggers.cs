using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>Takes a column out of the lists of a table's triggers, whatever these have become since it was put there.</summary>
/// <remarks>
/// Nothing is put back as it was when the plan was made: a trigger that somebody has altered, disabled or dropped meanwhile stays so. The text up to the
/// end of the list is measured and not searched for; pg_get_triggerdef prints events in this order.
/// </remarks>
internal static class NarrowedTriggers
{
    public static Step TakeOut(TableName table, Identifier column) => new(
        DoBlock.Of(
            $"""
            DECLARE
                listing record;
            BEGIN
                FOR listing IN
                    SELECT format('%s%s%s', 'CREATE OR REPLACE ', substr(h.head || h.kept, length('CREATE ') + 1), substr(h.text, length(h.head || h.listed) + 1)) AS replaced,
                           format('ALTER TABLE %s %s TRIGGER %I', t.tgrelid::regclass,
                                  CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END,
                                  t.tgname) AS enabled
                    FROM pg_catalog.pg_trigger t
                    JOIN pg_catalog.pg_attribute c ON c.attrelid = t.tgrelid AND c.attname = {new Literal(column.Value)} AND c.attnum = ANY (t.tgattr::int2[])
                    CROSS JOIN LATERAL (
                        SELECT pg_get_triggerdef(t.oid) AS text,
                            format('CREATE TRIGGER %I %s %sUPDATE OF ', t.tgname, CASE WHEN t.tgtype & 2 <> 0 THEN 'BEFORE' ELSE 'AFTER' END,
                                CASE WHEN t.tgtype & 4 <> 0 THEN 'INSERT OR ' END || CASE WHEN t.tgtype & 8 <> 0 THEN 'DELETE OR ' ELSE '' END) AS head,
                            string_agg(quote_ident(a.attname), ', ' ORDER BY u.place) AS listed,
                            string_agg(quote_ident(a.attname), ', ' ORDER BY u.place) FILTER (WHERE a.attnum <> c.attnum) AS kept
                        FROM unnest(t.tgattr::int2[]) WITH ORDINALITY u (attnum, place)
                        JOIN pg_catalog.pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = u.attnum) AS h
                    WHERE t.tgrelid = to_regclass({new Literal(table.ToString())}) AND NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgconstraint = 0
                      AND h.kept IS NOT NULL AND starts_with(h.text, h.head || h.listed)
                LOOP
                    EXECUTE listing.replaced;
                    EXECUTE listing.enabled;
                END LOOP;
            END
            """),
        CommandLocks.CreateTrigger.On(table),
        $"triggers of {table} look at {column} no longer");
}
