using Lockkeeper.Model.Naming;

namespace Lockkeeper.Model.Catalog;

/// <summary>One trigger of a table.</summary>
/// <param name="Name">The trigger's name.</param>
/// <param name="Definition">The statement that would create it, as the server prints it.</param>
/// <param name="Enabled">The letter of <c>pg_trigger.tgenabled</c>: O, D, R or A.</param>
public sealed record TriggerSnapshot(Identifier Name, string Definition, char Enabled);
