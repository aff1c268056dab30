namespace Lockkeeper.Bench.Measuring;

/// <summary>One run of one way.</summary>
/// <param name="Seconds">The filling alone: preparing the table is not counted.</param>
/// <param name="ServerSeconds">The processor time of the server's processes meanwhile; hardly changed by what else the machine does, as the seconds are.</param>
/// <param name="RowsPerSecond">Rows of the table by that time.</param>
/// <param name="TableBytesBefore">The table without its indexes, before.</param>
/// <param name="TableBytesAfter">The same, after.</param>
/// <param name="IndexBytesAfter">All its indexes, after.</param>
/// <param name="WalBytes">The log that the filling wrote.</param>
/// <param name="HotShare">The share of row versions that touched no index.</param>
internal sealed record Measurement(
    double Seconds,
    double ServerSeconds,
    double RowsPerSecond,
    long TableBytesBefore,
    long TableBytesAfter,
    long IndexBytesAfter,
    long WalBytes,
    double HotShare);
