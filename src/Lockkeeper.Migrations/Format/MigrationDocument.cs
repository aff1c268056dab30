using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Lockkeeper.Migrations.Format;

/// <summary>A migration file as it was read. Two are equal when they have the same name and the same content.</summary>
/// <param name="Name">The file's name without its last extension.</param>
/// <param name="FileName">The file, as the caller named it.</param>
/// <param name="VersionSchema">Names the version's schema in place of the migration's name, if given.</param>
/// <param name="Operations">The operations, in the order in which they run; at least one.</param>
/// <param name="CanonicalJson">The content, whatever syntax, comments and order of keys it was written with.</param>
internal sealed record MigrationDocument(
    string Name, string FileName, string? VersionSchema, ImmutableArray<OperationNode> Operations, string CanonicalJson)
{
    /// <summary>SHA-256 of the canonical JSON in UTF-8, as small hexadecimal digits.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson)));

    /// <summary>Whether it makes what the files before it make, all at once.</summary>
    public bool IsBaseline { get; init; }

    public bool Equals(MigrationDocument? other) =>
        other is not null && Name == other.Name && CanonicalJson == other.CanonicalJson;

    public override int GetHashCode() => HashCode.Combine(Name, CanonicalJson);
}
