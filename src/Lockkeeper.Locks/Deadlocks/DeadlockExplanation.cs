namespace Lockkeeper.Locks.Deadlocks;

/// <summary>Why a ring came to be, and the smallest change that removes it.</summary>
/// <param name="Class">What kind of ring it was.</param>
/// <param name="Name">The kind in a word or two.</param>
/// <param name="Why">Why it is a ring.</param>
/// <param name="Change">The smallest change that removes it.</param>
public sealed record DeadlockExplanation(DeadlockClass Class, string Name, string Why, string Change);
