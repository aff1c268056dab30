namespace Lockkeeper.TestKit.Migrations.Clients;

/// <summary>What clients saw during one part of a cycle.</summary>
/// <param name="name">The part.</param>
internal sealed class Phase(string name)
{
    private readonly Lock _gate = new();

    public long Statements { get; private set; }

    /// <summary>The longest that a client waited for one statement.</summary>
    public TimeSpan LongestStall { get; private set; }

    public string Stalled { get; private set; } = "";

    /// <summary>The longest that somebody waited who touches no table: for that the machine is to blame.</summary>
    public TimeSpan LongestHiccup { get; private set; }

    /// <summary>Transactions of the verb that locked a table.</summary>
    public int Locking { get; set; }

    /// <summary>How many of them were seen waiting for a client's transaction.</summary>
    public int Met { get; set; }

    public void Record(string sql, TimeSpan elapsed)
    {
        lock (_gate)
        {
            Statements++;
            if (elapsed > LongestStall)
            {
                (LongestStall, Stalled) = (elapsed, sql);
            }
        }
    }

    public void RecordHiccup(TimeSpan elapsed)
    {
        lock (_gate)
        {
            LongestHiccup = elapsed > LongestHiccup ? elapsed : LongestHiccup;
        }
    }

    public override string ToString() => FormattableString.Invariant(
        $"  {name,-12} {Statements,6} statements, longest stall {LongestStall.TotalMilliseconds,5:0} ms, machine {LongestHiccup.TotalMilliseconds,4:0} ms{(Locking > 0 ? $", met {Met} of {Locking} locking transactions" : "")}");
}
