using Lockkeeper.Model.Catalog;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What an expression over a row means, and which columns it reads.</summary>
internal sealed record CompileExpression(TableSnapshot Row, string Expression, string Type) : Question<CompiledExpression>;
