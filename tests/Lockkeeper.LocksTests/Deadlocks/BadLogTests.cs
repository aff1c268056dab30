using Lockkeeper.Locks;

namespace Lockkeeper.LocksTests.Deadlocks;

/// <summary>Logs as they come: cut, mixed, of another language, or no logs at all.</summary>
public sealed class BadLogTests
{
    private const string Deadlock = """
        2026-11-21 12:00:01.123 UTC [101] ERROR:  deadlock detected
        2026-11-21 12:00:01.123 UTC [101] DETAIL:  Process 101 waits for ShareLock on transaction 801; blocked by process 102.
        	Process 102 waits for ShareLock on transaction 800; blocked by process 101.
        	Process 101: UPDATE a SET n = 1 WHERE id = 2
        	Process 102: UPDATE a SET n = 1 WHERE id = 1
        2026-11-21 12:00:01.123 UTC [101] HINT:  See server log for query details.
        2026-11-21 12:00:01.123 UTC [101] CONTEXT:  while updating tuple (0,2) in relation "a"
        2026-11-21 12:00:01.123 UTC [101] STATEMENT:  UPDATE a SET n = 1 WHERE id = 2

        """;

    [Fact]
    public void What_is_no_log_is_refused()
    {
        using var text = new StringReader("Dear all,\nthe minutes of Monday\n");

        var refused = Assert.Throws<LocksException>(() => DeadlockReport.Parse(text));

        Assert.Equal("LK4005", refused.Code);
        Assert.Contains("Dear all,", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_log_has_no_deadlock()
    {
        using var text = new StringReader("");

        Assert.Equal(0, DeadlockReport.Parse(text).Count);
    }

    [Fact]
    public void A_log_that_begins_in_the_middle_and_ends_in_the_middle_gives_what_can_be_read()
    {
        using var text = new StringReader($"\trest of a message\nand of another one\n{Deadlock}{Deadlock[..200]}");

        var report = DeadlockReport.Parse(text);

        Assert.Equal(1, report.Count);
        Assert.Contains("1 line could not be read, the first is line 2.", report.Notes);
        Assert.Contains(report.Notes, note => note.StartsWith("1 deadlock is reported without its ring", StringComparison.Ordinal));
    }

    [Fact]
    public void A_terse_log_is_said_to_be_terse()
    {
        using var text = new StringReader("2026-11-21 12:00:01.123 UTC [101] ERROR:  deadlock detected\n");

        Assert.Contains("log_error_verbosity", Assert.Single(DeadlockReport.Parse(text).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_language_is_said_to_be_another_where_the_code_tells_a_deadlock()
    {
        using var text = new StringReader(
            """{"timestamp":"2026-11-21 12:00:01.123 UTC","pid":101,"error_severity":"FEHLER","state_code":"40P01","message":"Verklemmung entdeckt","detail":"Prozess 101 wartet auf ShareLock-Sperre auf Transaktion 801; blockiert von Prozess 102."}""");

        Assert.Contains("lc_messages", Assert.Single(DeadlockReport.Parse(text).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_two_sessions_that_alternate_are_kept_apart()
    {
        using var text = new StringReader(Deadlock.Replace(
            "2026-11-21 12:00:01.123 UTC [101] CONTEXT",
            "2026-11-21 12:00:01.124 UTC [300] LOG:  something else\n2026-11-21 12:00:01.124 UTC [300] CONTEXT:  of the other\n2026-11-21 12:00:01.123 UTC [101] CONTEXT",
            StringComparison.Ordinal));

        var deadlock = Assert.Single(Assert.Single(DeadlockReport.Parse(text).Groups).Deadlocks);

        Assert.Equal("a", deadlock.Place.Relation);
        Assert.Equal("UPDATE a SET n = 1 WHERE id = 2", deadlock.Entry.Statement);
    }
}
