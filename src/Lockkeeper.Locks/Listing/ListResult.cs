using System.Collections.Immutable;

namespace Lockkeeper.Locks.Listing;

/// <summary>The rows of a list.</summary>
/// <param name="title">What it shows.</param>
/// <param name="columns">Its columns, in order.</param>
/// <param name="rows">Its rows: a text, a number, or null for each column.</param>
public sealed class ListResult(string title, ImmutableArray<ListColumn> columns, ImmutableArray<ImmutableArray<object?>> rows)
{
    /// <summary>What it shows.</summary>
    public string Title => title;

    /// <summary>Its columns, in order.</summary>
    public ImmutableArray<ListColumn> Columns => columns;

    /// <summary>Its rows: a <see cref="string"/>, a <see cref="double"/>, or null for each column.</summary>
    public ImmutableArray<ImmutableArray<object?>> Rows => rows;
}
