using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>One column that a trigger keeps in step with others.</summary>
/// <param name="Direction">Whose writes are carried over.</param>
/// <param name="Target">The column that is set, by its name in the table.</param>
/// <param name="Expression">What it is set to.</param>
internal sealed record ColumnSync(SyncDirection Direction, Identifier Target, CompiledExpression Expression)
{
    /// <summary>
    /// The other way round, for an identity column: a client of the new version that leaves it out gets the number that the server gave the old one.
    /// </summary>
    public ColumnSync? WhenAbsent { get; init; }
}
