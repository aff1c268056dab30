namespace Lockkeeper.Migrations.Reading.Dependents;

/// <summary>
/// Prints what depends on a column once more, with bare names where a search path has them, so that an empty copy of the same name can stand for
/// the table. $1 holds the letters of the kinds, $2 the oids.
/// </summary>
internal static class DependentProbes
{
    /// <param name="published">Whether publications have conditions.</param>
    public static string Sql(bool published) => $$"""
        SELECT CASE k.kind
            WHEN 'v' THEN ARRAY[(SELECT format(E'CREATE TEMPORARY VIEW %I AS\n%s', relname, rtrim(pg_get_viewdef(k.oid), ';')) FROM pg_class WHERE oid = k.oid)]
            WHEN 'r' THEN ARRAY[rtrim(pg_get_ruledef(k.oid, true), ';')]
            WHEN 'p' THEN ARRAY(
                SELECT format('CREATE POLICY %I ON pg_temp.%I FOR %s%s%s', polname, relname,
                    CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                    ' USING (' || pg_get_expr(polqual, polrelid) || ')', ' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')')
                FROM pg_policy JOIN pg_class c ON c.oid = polrelid WHERE pg_policy.oid = k.oid)
            WHEN 't' THEN ARRAY[pg_get_triggerdef(k.oid, true)]
            WHEN 's' THEN ARRAY(
                SELECT format('CREATE STATISTICS pg_temp.lockkeeper_statistics_%s%s ON %s FROM pg_temp.%I', k.place,
                    CASE WHEN cardinality(stxkeys::int2[]) + coalesce(cardinality(pg_get_statisticsobjdef_expressions(k.oid)), 0) > 1 THEN (
                        SELECT ' (' || string_agg(CASE kind WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' ELSE 'mcv' END, ', ') || ')'
                        FROM unnest(stxkind) kind WHERE kind <> 'e') END,
                    pg_get_statisticsobjdef_columns(k.oid), relname)
                FROM pg_statistic_ext JOIN pg_class c ON c.oid = stxrelid WHERE pg_statistic_ext.oid = k.oid)
            {{(published ? Condition : "")}}
            ELSE ARRAY[]::text[] END
        FROM unnest($1::text[], $2::oid[]) WITH ORDINALITY AS k (kind, oid, place)
        ORDER BY k.place
        """;

    private const string Condition = """
        WHEN 'b' THEN ARRAY(
            SELECT format('ALTER TABLE pg_temp.%I ADD CHECK (%s)', relname, pg_get_expr(prqual, prrelid))
            FROM pg_publication_rel r JOIN pg_class c ON c.oid = prrelid WHERE r.oid = k.oid AND prqual IS NOT NULL)
        """;
}
