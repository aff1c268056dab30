using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>A column that gets its new type in the swap, by the names that it and its table are stored under.</summary>
internal sealed record RetypedColumn(Identifier Table, Identifier Column);
