namespace Lockkeeper.Locks.Listing;

/// <summary>One column of a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its values are.</param>
public sealed record ListColumn(string Name, ListColumnKind Kind);
