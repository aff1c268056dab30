using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The same as <see cref="CompileExpression"/> of what can be done without: what the server refuses is an answer, too.</summary>
internal sealed record TryExpression(TableSnapshot Row, string Expression, string Type) : Question<TriedExpression>;
