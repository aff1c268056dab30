namespace Lockkeeper.Migrations.Planning;

/// <summary>The user's own statements, as they are: what they lock and change, only they know.</summary>
/// <param name="Title">What it does, in a few words.</param>
/// <param name="Sql">The statements.</param>
public sealed record UserSqlStage(string Title, string Sql) : Stage(Title);
