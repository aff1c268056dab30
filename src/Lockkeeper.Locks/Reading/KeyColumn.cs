using Lockkeeper.Model.Naming;

namespace Lockkeeper.Locks.Reading;

/// <summary>One column of a row's key.</summary>
/// <param name="Name">The column.</param>
/// <param name="Value">Its value, as the server writes it.</param>
public sealed record KeyColumn(Identifier Name, string Value);
