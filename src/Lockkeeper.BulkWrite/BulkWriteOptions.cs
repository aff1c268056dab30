using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Recording;

namespace Lockkeeper.BulkWrite;

/// <summary>How units of work are written. The defaults serve; all values are checked together when a writer is made.</summary>
public sealed record BulkWriteOptions
{
    /// <summary>
    /// From how many rows on an input goes through COPY into a temporary table. Below it, arrays are as fast, and a temporary table would cost its
    /// entries in the catalog for each unit.
    /// </summary>
    public const int DefaultStageFromRows = 5_000;

    /// <summary>How many rows of one input are held in memory. Larger inputs stream to the server, which sorts them.</summary>
    public const int DefaultBufferRows = 250_000;

    /// <summary>
    /// How many key gates one unit takes. They lie in the lock table that all sessions share: 10,000 fitted with the server's defaults,
    /// 60,000 did not. Above the cap a unit has the table to itself instead.
    /// </summary>
    public const int DefaultMaxKeyGates = 5_000;

    /// <summary>How often a unit is run again after a deadlock or a serialization failure that others caused.</summary>
    public const int DefaultRetries = 3;

    /// <summary>From how many rows on an input goes through COPY into a temporary table.</summary>
    public int StageFromRows { get; init; } = DefaultStageFromRows;

    /// <summary>How many rows of one input are held in memory.</summary>
    public int BufferRows { get; init; } = DefaultBufferRows;

    /// <summary>How many key gates one unit takes at most.</summary>
    public int MaxKeyGates { get; init; } = DefaultMaxKeyGates;

    /// <summary>How often a unit of its own transaction is run again after 40P01 or 40001.</summary>
    public int Retries { get; init; } = DefaultRetries;

    /// <summary>How long one statement may wait and work; zero leaves it to the server and to the cancellation token.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Where the lock order of every unit is recorded; for tests.</summary>
    public LockOrderRecorder? Recorder { get; init; }

    internal ImmutableArray<string> Problems()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        Require(StageFromRows >= 1, $"StageFromRows is {StageFromRows}; it must be at least 1");
        Require(BufferRows is >= 1 and <= 100_000_000, $"BufferRows is {BufferRows}; it must be 1 to 100000000");
        Require(MaxKeyGates is >= 0 and <= 100_000, $"MaxKeyGates is {MaxKeyGates}; it must be 0 to 100000");
        Require(Retries is >= 0 and <= 100, $"Retries is {Retries}; it must be 0 to 100");
        Require(StatementTimeout >= TimeSpan.Zero && StatementTimeout <= TimeSpan.FromDays(1),
            $"StatementTimeout is {StatementTimeout}; it must be 0 to 1 day");
        return problems.ToImmutable();

        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }
    }
}
