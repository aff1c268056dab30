namespace Lockkeeper.Backfill.Planning;

/// <summary>One part of the rows of each block: of each sixteen line pointers, say, one.</summary>
/// <param name="Count">How many parts there are.</param>
/// <param name="Number">Which of them, from 0.</param>
internal readonly record struct Stripe(int Count, int Number);
