namespace Lockkeeper.Migrations.Planning;

/// <summary>
/// What the user's statements made is dropped, because they have no <c>down</c>: objects of their own, which the transaction that ran the statements wrote
/// down, and none that others use or that hold rows of others.
/// </summary>
/// <param name="Title">What it does, in a few words.</param>
/// <param name="Undoes">The number of the start's stage that it undoes.</param>
public sealed record DropMadeStage(string Title, int Undoes) : Stage(Title);
