namespace Lockkeeper.Bench.Measuring;

/// <summary>One run with one number of stripes.</summary>
/// <param name="Stripes">How many there were in the end.</param>
/// <param name="ServerSeconds">The processor time that it took the server, verification included.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Growth">The table afterwards as a multiple of before.</param>
/// <param name="Reason">Why, where the rule chose.</param>
internal sealed record StripeRun(int Stripes, double ServerSeconds, double Seconds, double Growth, string Reason);
