using Lockkeeper.Backfill.State;

namespace Lockkeeper.Migrations.State;

/// <summary>The schema in which migrations keep their history and how far they are.</summary>
internal static class MigrationStateTables
{
    /// <summary>Serializes two runs of init: CREATE ... IF NOT EXISTS of both could otherwise fail on the catalog's unique indexes.</summary>
    public const string LockSql = "SELECT pg_advisory_xact_lock(hashtextextended('lockkeeper/init', 0))";

    /// <summary>Creates what is missing; safe to run again.</summary>
    public static string CreateSql { get; } = $"""
        CREATE SCHEMA IF NOT EXISTS lockkeeper;

        CREATE TABLE IF NOT EXISTS lockkeeper.migrations (
            id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            schema_name      text NOT NULL,
            name             text NOT NULL,
            kind             text NOT NULL CHECK (kind IN ('migration', 'baseline')),
            state            text NOT NULL CHECK (state IN ('starting', 'started', 'completing', 'rolling back', 'complete')),
            version_schema   text,
            previous_version text,
            -- The file as canonical JSON, and its checksum, by which an edited file is known.
            content          text,
            checksum         text,
            file_name        text,
            plan             text,
            -- The schema before starting and after completing, as the catalog had it.
            before_schema    text,
            resulting_schema text,
            started_at       timestamptz NOT NULL DEFAULT now(),
            completed_at     timestamptz,
            UNIQUE (schema_name, name)
        );

        -- The migration whose start and completion were those of this one too.
        ALTER TABLE lockkeeper.migrations
            ADD COLUMN IF NOT EXISTS squashed_into bigint REFERENCES lockkeeper.migrations ON DELETE CASCADE;

        CREATE UNIQUE INDEX IF NOT EXISTS migrations_one_under_way
            ON lockkeeper.migrations (schema_name) WHERE state <> 'complete' AND squashed_into IS NULL;
        DROP INDEX IF EXISTS lockkeeper.migrations_one_active;

        CREATE TABLE IF NOT EXISTS lockkeeper.journal (
            migration bigint NOT NULL REFERENCES lockkeeper.migrations ON DELETE CASCADE,
            verb      text NOT NULL,
            stage     integer NOT NULL,
            title     text NOT NULL,
            done_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (migration, verb, stage)
        );

        -- Of SQL of the user's that nothing undoes: the objects that it made.
        ALTER TABLE lockkeeper.journal ADD COLUMN IF NOT EXISTS made text;

        {BackfillState.CreateSql}
        """;
}
