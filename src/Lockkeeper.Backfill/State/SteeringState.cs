namespace Lockkeeper.Backfill.State;

/// <summary>The columns and the table through which backfills are steered, and by which their processes know of each other.</summary>
internal static class SteeringState
{
    /// <summary>Creates what is missing; safe to run again. Where the columns are there already, no table is locked.</summary>
    public static string CreateSql { get; } =
        """
        DO $steering$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'lockkeeper.backfills'::regclass AND attname = 'definition') THEN
            ALTER TABLE lockkeeper.backfills
                -- What to fill, so that a process on another machine can join.
                ADD COLUMN definition      jsonb,
                ADD COLUMN command         text NOT NULL DEFAULT 'run' CHECK (command IN ('run', 'pause', 'cancel')),
                ADD COLUMN command_by      text,
                ADD COLUMN command_at      timestamptz,
                -- Null: each process's own.
                ADD COLUMN target_chunk    interval,
                ADD COLUMN rows_per_second double precision,
                ADD COLUMN throttles       text[],
                -- Whether rows are filled so that they can be compared afterwards.
                ADD COLUMN verify          boolean NOT NULL DEFAULT false,
                -- How often the table is passed over, where clients may write rows that need it again.
                ADD COLUMN round           integer NOT NULL DEFAULT 1;
        END IF;
        END $steering$;

        CREATE TABLE IF NOT EXISTS lockkeeper.backfill_workers (
            id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            backfill        text NOT NULL REFERENCES lockkeeper.backfills (name) ON DELETE CASCADE,
            host            text NOT NULL,
            process         integer NOT NULL,
            sessions        integer NOT NULL,
            started_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
            seen_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
            rows_done       bigint NOT NULL DEFAULT 0,
            rows_per_second double precision NOT NULL DEFAULT 0,
            last_chunk      interval,
            held            text,
            unreadable      text
        ) WITH (fillfactor = 50);
        """;
}
