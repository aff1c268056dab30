using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>How an index compares the values of one key.</summary>
/// <param name="Name">The operator class, with its schema where that is needed.</param>
/// <param name="Parameters">Settings of it, each as "name=value".</param>
internal sealed record OperatorClassFields(string Name, ImmutableArray<string> Parameters)
{
    public string Definition => Parameters.IsEmpty ? Name : $"{Name} ({string.Join(", ", Parameters)})";

    public static OperatorClassFields Read(FieldReader reader) => new(reader.RequiredText("name"), reader.OptionalTexts("params"));

    public bool Equals(OperatorClassFields? other) => other is not null && Name == other.Name && Parameters.SequenceEqual(other.Parameters);

    public override int GetHashCode() => HashCode.Combine(Name, Parameters.Length);
}
