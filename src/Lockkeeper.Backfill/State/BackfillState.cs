namespace Lockkeeper.Backfill.State;

/// <summary>The tables in which a backfill keeps how far it is.</summary>
public static class BackfillState
{
    /// <summary>
    /// Creates the tables where they are missing; safe to run again. The schema <c>lockkeeper</c> must exist.
    /// Locks nothing but what it creates, and may run in a transaction.
    /// </summary>
    /// <remarks>
    /// A range's row is updated once per chunk. No index holds a column that changes and half of each page is left free,
    /// so that these updates are HOT and the table stays a few pages.
    /// </remarks>
    public static string CreateSql { get; } =
        """
        CREATE TABLE IF NOT EXISTS lockkeeper.backfills (
            name               text PRIMARY KEY,
            table_name         text NOT NULL,
            started_at         timestamptz NOT NULL DEFAULT now(),
            finished_at        timestamptz,
            restarts           bigint NOT NULL DEFAULT 0,
            -- The counts of ranges that were dropped because their leaf was rewritten or is gone.
            rows_done          bigint NOT NULL DEFAULT 0,
            chunks             bigint NOT NULL DEFAULT 0,
            lock_timeouts      bigint NOT NULL DEFAULT 0,
            statement_timeouts bigint NOT NULL DEFAULT 0,
            rows_revisited     bigint NOT NULL DEFAULT 0
        );

        CREATE TABLE IF NOT EXISTS lockkeeper.backfill_ranges (
            id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            backfill           text NOT NULL REFERENCES lockkeeper.backfills (name) ON DELETE CASCADE,
            leaf               oid NOT NULL,
            relfilenode        oid NOT NULL,
            first_block        bigint NOT NULL,
            end_block          bigint NOT NULL,
            next_block         bigint NOT NULL,
            -- Blocks behind next_block in which a row was locked and left for later.
            skipped            int8multirange NOT NULL DEFAULT '{}',
            done               boolean GENERATED ALWAYS AS (next_block >= end_block AND isempty(skipped)) STORED,
            -- Who works here: a backend, and since when its session is a worker's, because process ids come again.
            worker_pid         integer,
            worker_since       timestamptz,
            lease_until        timestamptz,
            rows_done          bigint NOT NULL DEFAULT 0,
            chunks             bigint NOT NULL DEFAULT 0,
            lock_timeouts      bigint NOT NULL DEFAULT 0,
            statement_timeouts bigint NOT NULL DEFAULT 0,
            rows_revisited     bigint NOT NULL DEFAULT 0
        ) WITH (fillfactor = 50);

        CREATE INDEX IF NOT EXISTS backfill_ranges_backfill ON lockkeeper.backfill_ranges (backfill);

        """ + SteeringState.CreateSql;
}
