using Lockkeeper.Model.Locking;
using Lockkeeper.TestKit;

namespace Lockkeeper.LocksTests;

/// <summary>Every command of the table is run, and its locks are compared with those that the server shows.</summary>
public sealed class CommandLocksTests(PostgresFixture postgres)
{
    private const string Tables = """
        CREATE SCHEMA elsewhere;
        CREATE TABLE p (id int PRIMARY KEY);
        INSERT INTO p VALUES (1), (2);
        CREATE TABLE t (id int PRIMARY KEY, n int, parent int);
        ALTER TABLE t ADD CONSTRAINT late_key FOREIGN KEY (parent) REFERENCES p NOT VALID;
        ALTER TABLE t ADD CONSTRAINT late_check CHECK (n > -1) NOT VALID;
        INSERT INTO t VALUES (1, 1, 1);
        CREATE UNIQUE INDEX t_u ON t (n);
        CREATE INDEX t_n ON t (n);
        CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
        CREATE TABLE pt (id int) PARTITION BY LIST (id);
        CREATE TABLE pt1 PARTITION OF pt FOR VALUES IN (1);
        CREATE TABLE loose (id int);
        CREATE MATERIALIZED VIEW mv AS SELECT id FROM p;
        CREATE UNIQUE INDEX ON mv (id);
        """;

    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["SELECT"] = "SELECT FROM t",
        ["SELECT ... FOR UPDATE"] = "SELECT FROM t FOR UPDATE",
        ["SELECT ... FOR KEY SHARE"] = "SELECT FROM t FOR KEY SHARE",
        ["INSERT"] = "INSERT INTO t VALUES (2, 5, 1)",
        ["UPDATE"] = "UPDATE t SET n = 2",
        ["UPDATE of a foreign key"] = "UPDATE t SET parent = 2",
        ["DELETE"] = "DELETE FROM t",
        ["LOCK TABLE"] = "LOCK TABLE t",
        ["TRUNCATE"] = "TRUNCATE t",
        ["DROP TABLE"] = "DROP TABLE t",
        ["CREATE TABLE ... REFERENCES"] = "CREATE TABLE x (parent int REFERENCES p)",
        ["CREATE TABLE ... PARTITION OF"] = "CREATE TABLE t2 PARTITION OF pt FOR VALUES IN (2)",
        ["CREATE TABLE ... INHERITS"] = "CREATE TABLE x () INHERITS (t)",
        ["ALTER TABLE ... ATTACH PARTITION"] = "ALTER TABLE pt ATTACH PARTITION loose FOR VALUES IN (3)",
        ["ALTER TABLE ... DETACH PARTITION"] = "ALTER TABLE pt DETACH PARTITION pt1",
        ["ALTER TABLE ... ADD COLUMN"] = "ALTER TABLE t ADD COLUMN x int DEFAULT 1",
        ["ALTER TABLE ... DROP COLUMN"] = "ALTER TABLE t DROP COLUMN n",
        ["ALTER TABLE ... ALTER COLUMN TYPE"] = "ALTER TABLE t ALTER COLUMN n TYPE bigint",
        ["ALTER TABLE ... SET DEFAULT"] = "ALTER TABLE t ALTER COLUMN n SET DEFAULT 1",
        ["ALTER TABLE ... SET NOT NULL"] = "ALTER TABLE t ALTER COLUMN n SET NOT NULL",
        ["ALTER TABLE ... SET STATISTICS"] = "ALTER TABLE t ALTER COLUMN n SET STATISTICS 50",
        ["ALTER TABLE ... SET (storage parameter)"] = "ALTER TABLE t SET (fillfactor = 90)",
        ["ALTER TABLE ... RENAME"] = "ALTER TABLE t RENAME COLUMN n TO m",
        ["ALTER TABLE ... SET SCHEMA"] = "ALTER TABLE t SET SCHEMA elsewhere",
        ["ALTER TABLE ... ENABLE ROW LEVEL SECURITY"] = "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        ["ALTER TABLE ... REPLICA IDENTITY"] = "ALTER TABLE t REPLICA IDENTITY FULL",
        ["ALTER TABLE ... ADD CHECK"] = "ALTER TABLE t ADD CHECK (n > 0)",
        ["ALTER TABLE ... ADD CHECK NOT VALID"] = "ALTER TABLE t ADD CHECK (n > 0) NOT VALID",
        ["ALTER TABLE ... VALIDATE CONSTRAINT (check)"] = "ALTER TABLE t VALIDATE CONSTRAINT late_check",
        ["ALTER TABLE ... ADD FOREIGN KEY"] = "ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES p",
        ["ALTER TABLE ... ADD FOREIGN KEY NOT VALID"] = "ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES p NOT VALID",
        ["ALTER TABLE ... VALIDATE CONSTRAINT (foreign key)"] = "ALTER TABLE t VALIDATE CONSTRAINT late_key",
        ["ALTER TABLE ... ADD UNIQUE"] = "ALTER TABLE t ADD UNIQUE (n)",
        ["ALTER TABLE ... ADD UNIQUE USING INDEX"] = "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX t_u",
        ["ALTER TABLE ... DROP CONSTRAINT"] = "ALTER TABLE t DROP CONSTRAINT late_check",
        ["ALTER TABLE ... DROP CONSTRAINT (foreign key)"] = "ALTER TABLE t DROP CONSTRAINT late_key",
        ["ALTER TABLE ... DISABLE TRIGGER"] = "ALTER TABLE t DISABLE TRIGGER touch",
        ["CREATE TRIGGER"] = "CREATE TRIGGER again BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        ["DROP TRIGGER"] = "DROP TRIGGER touch ON t",
        ["CREATE RULE"] = "CREATE RULE nothing AS ON DELETE TO t DO INSTEAD NOTHING",
        ["CREATE POLICY"] = "CREATE POLICY everybody ON t USING (true)",
        ["CREATE INDEX"] = "CREATE INDEX ON t (n)",
        ["DROP INDEX"] = "DROP INDEX t_n",
        ["REINDEX TABLE"] = "REINDEX TABLE t",
        ["CLUSTER"] = "CLUSTER t USING t_pkey",
        ["ANALYZE"] = "ANALYZE t",
        ["CREATE STATISTICS"] = "CREATE STATISTICS s ON n, parent FROM t",
        ["COMMENT ON TABLE"] = "COMMENT ON TABLE t IS 'a table'",
        ["CREATE VIEW"] = "CREATE VIEW x AS SELECT * FROM t",
        ["REFRESH MATERIALIZED VIEW"] = "REFRESH MATERIALIZED VIEW mv",
        ["REFRESH MATERIALIZED VIEW CONCURRENTLY"] = "REFRESH MATERIALIZED VIEW CONCURRENTLY mv",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Every_command_takes_the_locks_that_are_written_down(int version)
    {
        await using var database = await postgres.CloneAsync(version, Cancel);
        await database.ExecuteAsync(Tables, Cancel);
        await using var connection = await database.OpenAsync(Cancel);
        var oids = await connection.QueryAsync("SELECT 't'::regclass::oid, 'p'::regclass::oid, 'pt'::regclass::oid, 'mv'::regclass::oid", Cancel);
        var (t, p, pt, mv) = ((uint)oids[0][0]!, (uint)oids[0][1]!, (uint)oids[0][2]!, (uint)oids[0][3]!);
        Assert.Equal(CommandLocks.All.Select(command => command.Command), Examples.Keys);

        foreach (var command in CommandLocks.All)
        {
            await connection.ExecuteAsync("BEGIN", Cancel);
            await connection.ExecuteAsync(Examples[command.Command], Cancel);
            var locks = (await connection.QueryAsync(
                "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted", Cancel))
                .ToLookup(row => (uint)row[0]!, row => LockModeName.Parse((string)row[1]!));
            var target = Examples[command.Command] is var sql && sql.Contains("MATERIALIZED", StringComparison.Ordinal) ? mv
                : command.Command.Contains("PARTITION", StringComparison.Ordinal) ? pt : t;

            // A materialized view reads p, which no foreign key of it references.
            var onReferenced = target == mv ? null : locks[p].Max();
            Assert.Equal((command.Command, command.OnTable, command.OnReferenced), (command.Command, locks[target].Max(), onReferenced));
            await connection.ExecuteAsync("ROLLBACK", Cancel);
        }
    }
}
