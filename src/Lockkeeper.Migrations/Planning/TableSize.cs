namespace Lockkeeper.Migrations.Planning;

/// <summary>What a table takes up, with its indexes.</summary>
internal sealed record TableSize(long Bytes);
