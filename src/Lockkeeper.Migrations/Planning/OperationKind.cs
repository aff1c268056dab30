using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Migrations.Planning;

/// <summary>An operation's name in migration files, and how its fields are read.</summary>
/// <param name="Name">The key, such as <c>add_column</c>.</param>
/// <param name="Read">Reads the fields below the key.</param>
internal sealed record OperationKind(string Name, Func<FieldReader, Operation> Read);
