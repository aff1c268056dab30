using Lockkeeper.Migrations.Format;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What a type and a default are in the server's words, and whether adding them writes every row.</summary>
internal sealed record DescribeColumn(string Type, string? Default) : Question<DescribedColumn>
{
    /// <summary>Where the default stands, when the server refuses that and not the type.</summary>
    public SourcePosition? DefaultAt { get; init; }
}
