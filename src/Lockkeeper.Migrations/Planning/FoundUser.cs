using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Something that uses a table or an index.</summary>
/// <param name="Description">What it is, in the server's words.</param>
/// <param name="Schema">The schema that it lives in, where it is a view.</param>
internal sealed record FoundUser(string Description, Identifier? Schema);
