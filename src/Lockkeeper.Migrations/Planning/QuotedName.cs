namespace Lockkeeper.Migrations.Planning;

/// <summary>A name as the server writes it.</summary>
internal sealed record QuotedName(string Text);
