using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>An index that leaves its name to another in the swap, and is dropped under the name that it then has.</summary>
/// <param name="Index">The name that it leaves.</param>
/// <param name="Aside">The one that it goes by until it is dropped.</param>
internal sealed record MadeWay(Identifier Index, Identifier Aside);
