using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>
/// Looks for rows that a constraint does not hold for before it is added. From then on the server checks it also when a client updates a row that
/// violates it already, in whatever column: that client would fail until the validation found the row too.
/// </summary>
/// <remarks>It costs one more reading of the rows, under no lock but a query's.</remarks>
internal static class Looks
{
    /// <summary>The statement; it fails if the query has a row.</summary>
    /// <param name="constraint">The constraint, for the message.</param>
    /// <param name="offenders">The query.</param>
    /// <param name="sqlState">What the server says of such a row.</param>
    /// <param name="tables">What the query reads.</param>
    public static Step For(string constraint, string offenders, string sqlState, params IEnumerable<TableName> tables) => new(
        DoBlock.FailingIf(offenders, $"rows violate {constraint}", sqlState),
        [.. tables.Distinct().SelectMany(table => CommandLocks.Select.On(table))],
        $"look whether rows violate {constraint}, before anything is locked")
    {
        Effect = StepEffect.Scans,
        Offenders = offenders,
    };

    /// <summary>Whether all of the columns are there already, with the values that they will have.</summary>
    public static bool AreThere(PlanningContext context, TableSnapshot table, IEnumerable<Identifier> columns) =>
        context.Present.Find(table.StoredAs) is { } present
        && columns.All(name => table.Find(name) is { } column && present.Find(column.StoredAs) is not null);
}
