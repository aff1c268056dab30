using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Whether a column's type can be changed without writing rows or indexes again.</summary>
internal sealed record ProbeTypeChange(TableSnapshot Row, Identifier Column, string Type) : Question<TypeChange>;
