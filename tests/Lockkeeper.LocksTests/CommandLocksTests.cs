using Lockkeeper.Model.Locking;
using Lockkeeper.Server.Scripting;
using Lockkeeper.TestKit;

namespace Lockkeeper.LocksTests;

/// <summary>Every command of the table is run, and its locks are compared with those that the server shows.</summary>
public sealed class CommandLocksTests(PostgresFixture postgres)
{
    private const string Tables = """
        CREATE SCHEMA elsewhere;
        CREATE TABLE p (id int PRIMARY KEY);
        INSERT INTO p VALUES (1), (2);
        CREATE TABLE t (id int PRIMARY KEY, n int, parent int, words text);
        ALTER TABLE t ADD CONSTRAINT late_key FOREIGN KEY (parent) REFERENCES p NOT VALID;
        ALTER TABLE t ADD CONSTRAINT late_check CHECK (n > -1) NOT VALID;
        INSERT INTO t VALUES (1, 1, 1);
        CREATE UNIQUE INDEX t_u ON t (n);
        CREATE INDEX t_n ON t (n);
        CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
        CREATE TABLE pt (id int) PARTITION BY LIST (id);
        CREATE TABLE pt1 PARTITION OF pt FOR VALUES IN (1);
        CREATE TABLE loose (id int);
        CREATE INDEX pt_hollow ON ONLY pt (id);
        CREATE INDEX pt1_part ON pt1 (id);
        CREATE SEQUENCE counts;
        CREATE RULE heard AS ON INSERT TO t DO NOTIFY heard;
        CREATE PUBLICATION told FOR TABLE t;
        CREATE VIEW v AS SELECT 1 AS one FROM loose;
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
        ["ALTER TABLE ... DROP NOT NULL"] = "ALTER TABLE t ALTER n DROP NOT NULL",
        ["ALTER TABLE ... SET STATISTICS"] = "ALTER TABLE t ALTER COLUMN n SET STATISTICS 50",
        ["ALTER TABLE ... SET STORAGE"] = "ALTER TABLE t ALTER COLUMN words SET STORAGE EXTERNAL",
        ["ALTER TABLE ... SET COMPRESSION"] = "ALTER TABLE t ALTER COLUMN words SET COMPRESSION pglz",
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
        ["ALTER TABLE ... ADD EXCLUDE"] = "ALTER TABLE t ADD EXCLUDE (n WITH =)",
        ["ALTER TABLE ... ADD UNIQUE USING INDEX"] = "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX t_u",
        ["ALTER TABLE ... DROP CONSTRAINT"] = "ALTER TABLE t DROP CONSTRAINT late_check",
        ["ALTER TABLE ... DROP CONSTRAINT (foreign key)"] = "ALTER TABLE t DROP CONSTRAINT late_key",
        ["ALTER TABLE ... ENABLE TRIGGER"] = "ALTER TABLE t DISABLE TRIGGER touch",
        ["ALTER TABLE ... ENABLE RULE"] = "ALTER TABLE t DISABLE RULE heard",
        ["ALTER TABLE ... ADD GENERATED AS IDENTITY"] = "ALTER TABLE t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY",
        ["CREATE TRIGGER"] = "CREATE TRIGGER again BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        ["DROP TRIGGER"] = "DROP TRIGGER touch ON t",
        ["CREATE RULE"] = "CREATE RULE nothing AS ON DELETE TO t DO INSTEAD NOTHING",
        ["DROP RULE"] = "DROP RULE heard ON t",
        ["CREATE POLICY"] = "CREATE POLICY everybody ON t USING (true)",
        ["CREATE INDEX"] = "CREATE INDEX ON t (n)",
        ["DROP INDEX"] = "DROP INDEX t_n",
        ["ALTER INDEX ... ATTACH PARTITION"] = "ALTER INDEX pt_hollow ATTACH PARTITION pt1_part",
        ["REINDEX TABLE"] = "REINDEX TABLE t",
        ["CLUSTER"] = "CLUSTER t USING t_pkey",
        ["ANALYZE"] = "ANALYZE t",
        ["CREATE STATISTICS"] = "CREATE STATISTICS s ON n, parent FROM t",
        ["ALTER PUBLICATION"] = "ALTER PUBLICATION told DROP TABLE t",
        ["ALTER SEQUENCE ... OWNED BY"] = "ALTER SEQUENCE counts OWNED BY t.n",
        ["COMMENT ON TABLE"] = "COMMENT ON TABLE t IS 'a table'",
        ["COMMENT ON COLUMN"] = "COMMENT ON COLUMN t.n IS 'a column'",
        ["COMMENT ON CONSTRAINT"] = "COMMENT ON CONSTRAINT late_check ON t IS 'a constraint'",
        ["COMMENT ON TRIGGER"] = "COMMENT ON TRIGGER touch ON t IS 'a trigger'",
        ["CREATE VIEW"] = "CREATE VIEW x AS SELECT * FROM t",
        ["DROP VIEW"] = "DROP VIEW v",
        ["ALTER VIEW ... SET SCHEMA"] = "ALTER VIEW v SET SCHEMA elsewhere",
        ["REFRESH MATERIALIZED VIEW"] = "REFRESH MATERIALIZED VIEW mv",
        ["REFRESH MATERIALIZED VIEW CONCURRENTLY"] = "REFRESH MATERIALIZED VIEW CONCURRENTLY mv",
        ["CREATE INDEX CONCURRENTLY"] = "CREATE INDEX CONCURRENTLY t_again ON t (parent)",
        ["DROP INDEX CONCURRENTLY"] = "DROP INDEX CONCURRENTLY t_n",
        ["REINDEX TABLE CONCURRENTLY"] = "REINDEX TABLE CONCURRENTLY t",
        ["ALTER TABLE ... DETACH PARTITION CONCURRENTLY"] = "ALTER TABLE pt DETACH PARTITION pt1 CONCURRENTLY",
        ["VACUUM"] = "VACUUM t",
        ["VACUUM FULL"] = "VACUUM FULL t",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Every_command_takes_the_locks_that_are_written_down(int version)
    {
        await using var database = await postgres.CloneAsync(version, Cancel);
        await database.ExecuteAsync(Tables, Cancel);
        await using var connection = await database.OpenAsync(Cancel);
        var oids = await connection.QueryAsync("SELECT 't'::regclass::oid, 'p'::regclass::oid, 'pt'::regclass::oid, 'mv'::regclass::oid, 'v'::regclass::oid, 'loose'::regclass::oid", Cancel);
        var (t, p, pt, mv, v) = ((uint)oids[0][0]!, (uint)oids[0][1]!, (uint)oids[0][2]!, (uint)oids[0][3]!, (uint)oids[0][4]!);
        Assert.Equal(CommandLocks.All.Select(command => command.Command), Examples.Keys);

        foreach (var command in CommandLocks.All.Where(command => !command.NeedsNoTransaction))
        {
            await connection.ExecuteAsync("BEGIN", Cancel);
            await connection.ExecuteAsync(Examples[command.Command], Cancel);
            var locks = (await connection.QueryAsync(
                "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted", Cancel))
                .ToLookup(row => (uint)row[0]!, row => LockModeName.Parse((string)row[1]!));
            var target = TableOf(command) switch { "mv" => mv, "pt" => pt, "v" => v, _ => t };

            Assert.True(target != v || !locks[(uint)oids[0][5]!].Any(), $"{command.Command} locks what the view reads.");

            // A materialized view reads p, which no foreign key of it references.
            var onReferenced = target == mv ? null : locks[p].Max();
            Assert.Equal((command.Command, command.OnTable, command.OnReferenced), (command.Command, locks[target].Max(), onReferenced));
            await connection.ExecuteAsync("ROLLBACK", Cancel);
        }
    }

    // They end the transactions that they run in, so their lock is seen where they wait for it.
    [Theory, EachPostgres]
    public async Task Every_command_that_needs_no_transaction_asks_for_the_lock_that_is_written_down(int version)
    {
        await using var database = await postgres.CloneAsync(version, Cancel);
        await database.ExecuteAsync(Tables, Cancel);
        await using var holder = await database.OpenSessionAsync(Cancel);

        foreach (var command in CommandLocks.All.Where(command => command.NeedsNoTransaction))
        {
            var table = TableOf(command);
            await holder.ExecuteAsync($"BEGIN; LOCK TABLE ONLY {table} IN SHARE UPDATE EXCLUSIVE MODE", Cancel);
            await using var runner = await database.OpenSessionAsync(Cancel);
            var pending = await runner.ExecuteUntilBlockedAsync(Examples[command.Command], holder, Cancel);
            var asked = await holder.QueryAsync(
                $"SELECT mode FROM pg_locks WHERE pid = {runner.Backend} AND NOT granted AND relation = '{table}'::regclass", Cancel);
            Assert.Equal((command.Command, command.OnTable), (command.Command, LockModeName.Parse((string)Assert.Single(asked)[0]!)));
            await holder.ExecuteAsync($"SELECT pg_terminate_backend({runner.Backend}, 10000)", Cancel);
            await Task.WhenAny(pending.EndAsync(Cancel));
            await holder.ExecuteAsync("ROLLBACK", Cancel);
        }
    }

    [Fact]
    public void The_page_says_what_the_list_does()
    {
        var page = File.ReadAllLines(Path.Combine(RepositoryFolder.Find(), "docs", "locks", "commands.md"));

        Assert.Equal(CommandLocks.All.Select(Line), page.Where(line => CommandLocks.All.Any(c => line.StartsWith($"| {c.Command}", StringComparison.Ordinal))
            && line.Count(letter => letter == '|') == 5));

        static string Line(CommandLock command) =>
            $"| {command.Command}{(command.NeedsNoTransaction ? "\u00b9" : "")} | {command.OnTable?.InWords()} | {command.OnReferenced?.InWords()} | {command.Instead} |";
    }

    [Fact]
    public void Every_example_is_known_by_its_text()
    {
        // What a statement names is not looked up: these are told from their like only by it.
        string[] untold = ["UPDATE of a foreign key", "ALTER TABLE ... VALIDATE CONSTRAINT (foreign key)", "ALTER TABLE ... DROP CONSTRAINT (foreign key)"];

        Assert.Equal(
            CommandLocks.All.Select(command => command.Command).Except(untold),
            CommandLocks.All.Where(command => !untold.Contains(command.Command)).Select(command => StatementCommand.Of(Examples[command.Command])?.Command));
    }

    [Theory]
    [InlineData("ALTER TABLE IF EXISTS ONLY \"a b\".t * ADD price numeric(10, 2) CHECK (price > 0), ALTER n SET STATISTICS 5", "ALTER TABLE ... ADD COLUMN")]
    [InlineData("alter table t alter n set statistics 5, validate constraint c", "ALTER TABLE ... SET STATISTICS")]
    [InlineData("-- why\nCREATE UNIQUE INDEX /* now */ CONCURRENTLY i ON t (n)", "CREATE INDEX CONCURRENTLY")]
    [InlineData("ALTER TABLE t ADD CONSTRAINT \"not valid\" CHECK (n > 0 AND NOT valid)", "ALTER TABLE ... ADD CHECK")]
    [InlineData("SELECT 'FOR UPDATE' FROM t", "SELECT")]
    [InlineData("VACUUM (FULL, ANALYZE) t", "VACUUM FULL")]
    [InlineData("CREATE OR REPLACE TRIGGER x BEFORE UPDATE ON t EXECUTE FUNCTION f()", "CREATE TRIGGER")]
    [InlineData("LOCK TABLE t IN SHARE MODE", null)]
    [InlineData("ALTER TABLE t ADD EXCLUDE USING gist (r WITH &&)", "ALTER TABLE ... ADD EXCLUDE")]
    [InlineData("ALTER TABLE t OWNER TO somebody, ADD COLUMN n int", null)]
    [InlineData("WITH x AS (SELECT 1) UPDATE t SET n = 1", null)]
    [InlineData("<command string not enabled>", null)]
    [InlineData("ALTER TABLE", null)]
    [InlineData("", null)]
    public void A_command_is_known_by_the_words_of_a_statement(string sql, string? command) =>
        Assert.Equal(command, StatementCommand.Of(sql)?.Command);

    private static string TableOf(CommandLock command) =>
        Examples[command.Command].Contains("MATERIALIZED", StringComparison.Ordinal) ? "mv"
        : command.Command.Contains("PARTITION", StringComparison.Ordinal) ? "pt"
        : command.Command is "DROP VIEW" or "ALTER VIEW ... SET SCHEMA" ? "v" : "t";
}
