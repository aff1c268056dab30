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

    [Theory]
    [InlineData("2026-11-21 12:00:01.123 UTC [101] FEHLER:  Verklemmung entdeckt")]
    [InlineData("2026-11-21 12:00:01.123 UTC [101] postgres@shop ERREUR:  Bloquage mortel détecté")]
    [InlineData("2026-11-21 12:00:01.123 CST [101] 错误:  检测到死锁")]
    public void A_text_of_another_language_is_said_to_be_one(string line)
    {
        using var alone = new StringReader($"{line}\n\tund so weiter\n");
        using var among = new StringReader($"{Deadlock}{line}\n");

        var refused = Assert.Throws<LocksException>(() => DeadlockReport.Parse(alone));
        var report = DeadlockReport.Parse(among);

        Assert.Equal("LK4011", refused.Code);
        Assert.Contains(line, refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, report.Count);
        Assert.Contains(report.Notes, note => note.StartsWith("1 of them looks like a message in another language than English, the first is line 9", StringComparison.Ordinal));
    }

    /// <remarks>Spanish has the same word for an error, but another one for its details.</remarks>
    [Fact]
    public void A_language_that_shares_a_severity_with_english_is_told_by_the_rest()
    {
        using var text = new StringReader("""
            2026-11-21 12:00:01.123 UTC [101] ERROR:  se ha detectado un deadlock
            2026-11-21 12:00:01.123 UTC [101] DETALLE:  El proceso 101 espera ShareLock en transacción 801; bloqueado por proceso 102.
            """);

        Assert.Contains(DeadlockReport.Parse(text).Notes, note => note.Contains("another language", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Of_two_formats_in_one_file_one_is_read_and_the_other_is_said_to_be_left(bool jsonFirst)
    {
        const string Json = """{"timestamp":"2026-11-21 12:00:01.123 UTC","pid":101,"error_severity":"LOG","message":"checkpoint starting: time"}""";
        using var text = new StringReader(jsonFirst ? $"{Json}\n{Deadlock}" : $"{string.Concat(Enumerable.Repeat(Deadlock, 10))}{Json}\n");

        var report = DeadlockReport.Parse(text);

        Assert.Equal(jsonFirst ? 0 : 10, report.Count);
        Assert.Contains(report.Notes, note => note.Contains("could not be read", StringComparison.Ordinal));
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
