using System.Globalization;
using Lockkeeper.Server.Running;

namespace Lockkeeper.Backfill.Throttling;

/// <summary>Holds while a query of the user's says so: its one value is true, or a number above zero.</summary>
/// <param name="Query">A query of one value, run once a second in a read-only transaction, for at most a second.</param>
/// <remarks>When it fails, the backfill stands still unless it was made lenient: whoever wrote it meant it as a condition.</remarks>
public sealed record SqlThrottle(string Query) : Throttle
{
    internal const string Key = "sql";

    /// <inheritdoc/>
    public override string Name => Key;

    internal override string LimitText => Query;

    internal override bool IsStrictByDefault => true;

    internal override Func<ThrottleProbe, CancellationToken, Task<Reading>> Start() => async (probe, cancellationToken) =>
    {
        var transaction = await probe.Connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        await probe.Connection.ExecuteAsync(
            "SELECT set_config('transaction_read_only', 'on', true), set_config('statement_timeout', '1s', true)", [], cancellationToken)
            .ConfigureAwait(false);
        var values = await probe.Connection.QueryAsync(
            Query, [], row => row.FieldCount == 1 && !row.IsDBNull(0) ? row.GetValue(0) : null, cancellationToken).ConfigureAwait(false);
        return values is [var value] && Holds(value) is { } holds
            ? new Reading.Measured(holds ? double.PositiveInfinity : 0, $"the query \"{Query}\" gives {Convert.ToString(value, CultureInfo.InvariantCulture)}")
            : new Reading.Unreadable($"the query \"{Query}\" does not give one value that is a boolean or a number");
    };

    private static bool? Holds(object? value) => value switch
    {
        bool flag => flag,
        short or int or long or decimal or float or double => Convert.ToDouble(value, CultureInfo.InvariantCulture) > 0,
        _ => null,
    };
}
