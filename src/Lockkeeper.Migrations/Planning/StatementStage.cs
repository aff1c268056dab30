using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>One statement on its own, outside a transaction: it takes long, but lets writers pass.</summary>
/// <param name="Title">What it does, in a few words.</param>
/// <param name="Step">The statement.</param>
public sealed record StatementStage(string Title, Step Step) : Stage(Title);
