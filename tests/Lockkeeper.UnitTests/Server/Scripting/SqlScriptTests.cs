using Lockkeeper.Server.Scripting;

namespace Lockkeeper.UnitTests.Server.Scripting;

/// <summary>A statement ends at a semicolon, and at none that only looks like one.</summary>
public sealed class SqlScriptTests
{
    [Theory]
    [InlineData("SELECT 1; SELECT 2", "SELECT 1", "SELECT 2")]
    [InlineData(" ;; SELECT 1 ;\n-- nothing;\n/* at ; all */ ;", "SELECT 1")]
    [InlineData("SELECT ';', 'it''s;'; SELECT 2", "SELECT ';', 'it''s;'", "SELECT 2")]
    [InlineData(@"SELECT '\'; SELECT 2", @"SELECT '\'", "SELECT 2")]
    [InlineData(@"SELECT E'\';', e'\\'; SELECT 2", @"SELECT E'\';', e'\\'", "SELECT 2")]
    [InlineData("SELECT E'a' -- a line\n '\\';'; SELECT 2", "SELECT E'a' -- a line\n '\\';'", "SELECT 2")]
    [InlineData(@"SELECT E'a' '\'; SELECT 2", @"SELECT E'a' '\'", "SELECT 2")]
    [InlineData(@"SELECT namee'\'; SELECT 2", @"SELECT namee'\'", "SELECT 2")]
    [InlineData(@"SELECT U&'\0061;' UESCAPE '!', B'1', X'1F'; SELECT 2", @"SELECT U&'\0061;' UESCAPE '!', B'1', X'1F'", "SELECT 2")]
    [InlineData("""SELECT "a;""b;" FROM t; SELECT 2""", """SELECT "a;""b;" FROM t""", "SELECT 2")]
    [InlineData("SELECT $$;'$$, $a$ $$ ; $b$ $a$; SELECT 2", "SELECT $$;'$$, $a$ $$ ; $b$ $a$", "SELECT 2")]
    [InlineData("SELECT $1; SELECT a$b$, $2; SELECT 3$b$", "SELECT $1", "SELECT a$b$, $2", "SELECT 3$b$")]
    [InlineData("SELECT $é$;$é$; SELECT 2", "SELECT $é$;$é$", "SELECT 2")]
    [InlineData("SELECT 1 /* a /* b; */ c; */ + 1; SELECT 2", "SELECT 1 /* a /* b; */ c; */ + 1", "SELECT 2")]
    [InlineData("/*+ SeqScan(t) */ SELECT 1; -- why;\r\nSELECT 2", "/*+ SeqScan(t) */ SELECT 1", "-- why;\r\nSELECT 2")]
    [InlineData("CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2); SELECT 3",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)", "SELECT 3")]
    [InlineData("SELECT 1 - -1; SELECT 2 / 3", "SELECT 1 - -1", "SELECT 2 / 3")]
    public void It_is_parted_where_statements_end(string sql, params string[] statements) =>
        Assert.Equal(statements, SqlScript.Split(sql).Select(statement => statement.Sql));

    [Theory]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END")]
    [InlineData("create or replace procedure p() begin /* ; */ atomic insert into t values (case when true then 1 end); end")]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN (CASE a WHEN 1 THEN 2 END) > 1 THEN 1 END; SELECT 2; END")]
    [InlineData("CREATE FUNCTION f() RETURNS TABLE (a int) BEGIN ATOMIC SELECT t.case AS end, t . end AS case FROM t; SELECT \"end\"; SELECT 'end'; END")]
    [InlineData("CREATE FUNCTION begin(atomic int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END")]
    [InlineData("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN; END; $$")]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC END")]
    public void A_body_of_statements_stays_whole(string routine) =>
        Assert.Equal([routine, "SELECT 3"], SqlScript.Split($"{routine};\nSELECT 3;").Select(statement => statement.Sql));

    [Theory]
    [InlineData("CREATE TABLE atomic (begin int); SELECT 2")]
    [InlineData("SELECT begin atomic FROM t; SELECT 2")]
    [InlineData("CREATE VIEW function AS SELECT begin atomic FROM t; SELECT 2")]
    public void Only_a_routine_has_one(string sql) => Assert.Equal(2, SqlScript.Split(sql).Length);

    [Theory]
    [InlineData("SELECT 'a; SELECT 2")]
    [InlineData("SELECT \"a; SELECT 2")]
    [InlineData("SELECT $a$; SELECT 2 $")]
    [InlineData("SELECT E'a\\")]
    [InlineData("SELECT 1 + (2; SELECT 2")]
    [InlineData("CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2")]
    public void What_is_not_closed_is_for_the_server_to_refuse(string sql) =>
        Assert.Equal([sql], SqlScript.Split(sql).Select(statement => statement.Sql));

    [Fact]
    public void Where_the_session_says_so_a_backslash_escapes_in_every_constant() => Assert.Equal(
        [@"SELECT '\';'", "SELECT 2"], SqlScript.Split(@"SELECT '\';'; SELECT 2", standardStrings: false).Select(statement => statement.Sql));

    [Theory]
    [InlineData("BEGIN", SqlStatementKind.Transaction)]
    [InlineData("start transaction READ ONLY", SqlStatementKind.Transaction)]
    [InlineData("/* all */ COMMIT AND CHAIN", SqlStatementKind.Transaction)]
    [InlineData("ROLLBACK", SqlStatementKind.Transaction)]
    [InlineData("ROLLBACK TO SAVEPOINT a", SqlStatementKind.Plain)]
    [InlineData("ROLLBACK WORK TO a", SqlStatementKind.Plain)]
    [InlineData("SAVEPOINT a", SqlStatementKind.Plain)]
    [InlineData("PREPARE TRANSACTION 'a'", SqlStatementKind.Transaction)]
    [InlineData("PREPARE transactions AS SELECT 1", SqlStatementKind.Plain)]
    [InlineData("COPY t (a, b) FROM stdin WITH (FORMAT csv)", SqlStatementKind.CopyOverConnection)]
    [InlineData("COPY (SELECT 1) TO STDOUT", SqlStatementKind.CopyOverConnection)]
    [InlineData("COPY (SELECT a FROM stdin) TO PROGRAM 'cat'", SqlStatementKind.Plain)]
    [InlineData("SELECT 1 FROM stdin", SqlStatementKind.Plain)]
    public void Its_kind_is_known(string sql, SqlStatementKind kind) => Assert.Equal(kind, Assert.Single(SqlScript.Split(sql)).Kind);

    [Fact]
    public void A_place_is_counted_in_characters_of_the_whole_text()
    {
        const string Sql = "SELECT 1;\r\n-- 😀\r\n  SELECT '😀' + a;\r\n";
        var statement = SqlScript.Split(Sql)[1];

        Assert.Equal(new SqlPlace(3, 3, "  SELECT '😀' + a;"), SqlPlace.Of(Sql, statement, 0));
        Assert.Equal(new SqlPlace(3, 16, "  SELECT '😀' + a;"), SqlPlace.Of(Sql, statement, 22));
        Assert.Equal(new SqlPlace(3, 17, "  SELECT '😀' + a;"), SqlPlace.Of(Sql, statement, 1000));
    }
}
