using Lockkeeper.Backfill;
using Lockkeeper.Backfill.Execution;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.UnitTests.Backfill.Execution;

public sealed class ChunkStatementTests
{
    private static readonly TableName Leaf = new(new Identifier("shop"), new Identifier("order \"items\""));

    private static readonly BackfillJob Job = new()
    {
        Name = "job",
        Table = Leaf,
        Marker = new Identifier("Pending"),
        Assignments = [new(new Identifier("select"), "upper(lockkeeper_row.a)"), new(new Identifier("n"), "1")],
    };

    [Fact]
    public void A_chunk_fills_and_moves_the_cursor_in_one_statement() => Assert.Equal(
        """"
        WITH claim AS MATERIALIZED (
            SELECT c.id, c.leaf, pg_stat_get_xact_tuples_hot_updated(c.leaf) AS hot FROM lockkeeper.backfill_ranges AS c
            WHERE c.id = $1 AND c.worker_pid = $2 AND c.worker_since = $3
              AND c.leaf = to_regclass($5) AND c.relfilenode = pg_relation_filenode(c.leaf)),
        filled AS (
            UPDATE ONLY "shop"."order ""items""" AS lockkeeper_row
            SET "select" = (upper(lockkeeper_row.a)), "n" = (1), "Pending" = false
            WHERE lockkeeper_row.ctid >= $8 AND lockkeeper_row.ctid < $9 AND lockkeeper_row."Pending"
              AND EXISTS (SELECT FROM claim)
            RETURNING 1)
        UPDATE lockkeeper.backfill_ranges AS r
        SET next_block = $10,
            rows_done = r.rows_done + chunk.filled,
            chunks = r.chunks + 1,
            lock_timeouts = r.lock_timeouts + $6,
            statement_timeouts = r.statement_timeouts + $7,
            lease_until = clock_timestamp() + $4
        FROM claim, (SELECT count(*) AS filled FROM filled) AS chunk
        WHERE r.id = claim.id AND r.worker_pid = $2 AND r.worker_since = $3
        RETURNING chunk.filled, pg_stat_get_xact_tuples_hot_updated(claim.leaf) - claim.hot
        """",
        new ChunkStatement(Leaf, Job).Blocks);

    [Fact]
    public void A_job_without_assignments_only_clears_the_marker() => Assert.Contains(
        "SET \"Pending\" = false\n",
        new ChunkStatement(Leaf, Job with { Assignments = [] }).OneRow,
        StringComparison.Ordinal);

    [Fact]
    public void A_job_that_is_compared_afterwards_marks_its_rows_with_null() => Assert.Contains(
        "\"Pending\" = NULL\n",
        new ChunkStatement(Leaf, Job, comparable: true).Blocks,
        StringComparison.Ordinal);

    [Fact]
    public void A_job_with_a_condition_refuses_rows_that_still_fit_it()
    {
        var sql = new ChunkStatement(Leaf, Job with { Marker = null, Condition = "lockkeeper_row.a IS NULL" }).Blocks;

        Assert.Contains("SET \"select\" = (upper(lockkeeper_row.a)), \"n\" = (1)\n", sql, StringComparison.Ordinal);
        Assert.Contains("AND ((lockkeeper_row.a IS NULL) IS TRUE)\n", sql, StringComparison.Ordinal);
        Assert.Contains("RETURNING ((lockkeeper_row.a IS NULL) IS TRUE) AS again, false AS differs)", sql, StringComparison.Ordinal);
        Assert.Contains("chunks = CASE WHEN chunk.again = 0 THEN r.chunks + 1 END", sql, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_with_a_condition_that_is_verified_refuses_rows_that_are_not_as_they_should_be()
    {
        var sql = new ChunkStatement(Leaf, Job with { Marker = null, Condition = "lockkeeper_row.a IS NULL" }, check: "lockkeeper_row.n <> 1").Blocks;

        Assert.Contains("AS again, lockkeeper_row.n <> 1 AS differs)", sql, StringComparison.Ordinal);
        Assert.Contains("lock_timeouts = CASE WHEN chunk.differ = 0 THEN r.lock_timeouts + $6 END", sql, StringComparison.Ordinal);
    }
}
