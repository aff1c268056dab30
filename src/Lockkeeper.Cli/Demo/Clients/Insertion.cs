using Lockkeeper.Cli.Demo.Orders;

namespace Lockkeeper.Cli.Demo.Clients;

/// <summary>One row to insert.</summary>
/// <param name="Sql">The statement; it returns the row's id.</param>
/// <param name="Values">The statement's parameters.</param>
/// <param name="Row">What the row must be in the new version afterwards.</param>
internal sealed record Insertion(string Sql, object?[] Values, NewOrder Row);
