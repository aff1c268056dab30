namespace Lockkeeper.Locks.Tracing;

/// <summary>Something in a script that would hurt on a live server.</summary>
/// <param name="Rule">The rule's name, as <c>--allow</c> takes it.</param>
/// <param name="Line">The line of the statement.</param>
/// <param name="Words">What, and what to do instead.</param>
public sealed record TraceFinding(string Rule, int Line, string Words);
