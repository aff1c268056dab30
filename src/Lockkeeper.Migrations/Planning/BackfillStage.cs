using Lockkeeper.Backfill;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The rows that were there before are filled, in short transactions, and counted afterwards.</summary>
/// <param name="Title">What it does, in a few words.</param>
/// <param name="Job">Which table, which columns, and with what.</param>
public sealed record BackfillStage(string Title, BackfillJob Job) : Stage(Title);
