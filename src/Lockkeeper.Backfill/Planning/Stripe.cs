namespace Lockkeeper.Backfill.Planning;

/// <summary>One part of the rows of each block, chosen by the last bits of their hashed tid.</summary>
/// <param name="Mask">How many parts there are, less one; a power of two less one.</param>
/// <param name="Number">Which of them, from 0.</param>
internal readonly record struct Stripe(int Mask, int Number);
