namespace Lockkeeper.Migrations.Planning;

/// <summary>Statements of the user's own, run as they are.</summary>
/// <param name="Up">What is run.</param>
/// <param name="Down">What undoes it, or null.</param>
/// <param name="OnComplete">Whether it waits for completion.</param>
internal sealed record UserSql(string Up, string? Down, bool OnComplete);
