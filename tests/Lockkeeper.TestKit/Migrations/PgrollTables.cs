namespace Lockkeeper.TestKit.Migrations;

/// <summary>A database that pgroll has been at work in: its state tables, and event triggers of the same names that write down what they hear.</summary>
public static class PgrollTables
{
    public const string Sql = """
        CREATE SCHEMA pgroll;
        CREATE TABLE pgroll.migrations (
            schema name NOT NULL, name text NOT NULL, migration jsonb NOT NULL,
            created_at timestamptz NOT NULL DEFAULT current_timestamp, updated_at timestamptz NOT NULL DEFAULT current_timestamp,
            parent text, done boolean NOT NULL DEFAULT false, resulting_schema jsonb NOT NULL DEFAULT '{}',
            migration_type varchar(32) DEFAULT 'pgroll' CONSTRAINT migration_type_check CHECK (migration_type IN ('pgroll', 'inferred', 'baseline')),
            PRIMARY KEY (schema, name), FOREIGN KEY (schema, parent) REFERENCES pgroll.migrations (schema, name));
        CREATE UNIQUE INDEX only_one_active ON pgroll.migrations (schema, name, done) WHERE done = false;
        CREATE UNIQUE INDEX only_first_migration_without_parent ON pgroll.migrations (schema) WHERE parent IS NULL;
        CREATE UNIQUE INDEX history_is_linear ON pgroll.migrations (schema, parent);
        CREATE TABLE pgroll.pgroll_version (version text PRIMARY KEY, initialized_at timestamptz NOT NULL DEFAULT current_timestamp);
        INSERT INTO pgroll.pgroll_version VALUES ('0.16.2');
        CREATE FUNCTION pgroll.raw_migration() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                IF upper(current_setting('pgroll.no_inferred_migrations', true)) = 'TRUE' THEN RETURN; END IF;
                INSERT INTO pgroll.migrations (schema, name, migration, done, migration_type, parent)
                SELECT 'heard', clock_timestamp()::text, '{"operations": []}', true, 'inferred',
                       (SELECT name FROM pgroll.migrations m WHERE schema = 'heard'
                            AND NOT EXISTS (SELECT FROM pgroll.migrations n WHERE n.schema = 'heard' AND n.parent = m.name));
            END $$;
        CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, note text);
        INSERT INTO orders SELECT g, 'customer ' || g FROM generate_series(1, 100) g;
        INSERT INTO pgroll.migrations (schema, name, migration, parent, done, migration_type, created_at) VALUES
            ('public', '00_base', '{"operations": []}', NULL, true, 'baseline', '2024-01-01'),
            ('public', '01_note', '{"name": "01_note", "operations": [{"add_column": {"table": "orders", "column": {"name": "note", "type": "text", "nullable": true}}}]}',
             '00_base', true, 'pgroll', '2024-01-02'),
            ('public', '01_note_20240103000000000000', '{"version_schema": "sql_0a1b2c3d", "operations": [{"sql": {"up": "CREATE INDEX i ON orders (note)"}}]}',
             '01_note', true, 'inferred', '2024-01-03'),
            ('public', '02_last', '{"version_schema": "two", "operations": [{"create_index": {"name": "j", "table": "orders", "columns": {"note": {"sort": "DESC"}}}}]}',
             '01_note_20240103000000000000', true, 'pgroll', '2024-01-04');
        CREATE SCHEMA public_two;
        CREATE VIEW public_two.orders AS SELECT id, customer, note FROM orders;
        CREATE EVENT TRIGGER pg_roll_handle_ddl ON ddl_command_end EXECUTE FUNCTION pgroll.raw_migration();
        CREATE EVENT TRIGGER pg_roll_handle_drop ON sql_drop EXECUTE FUNCTION pgroll.raw_migration();
        """;
}
