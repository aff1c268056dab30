using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Lockkeeper.ConventionTests;

/// <summary>A record that holds a collection compares its elements; what the compiler writes compares the collection's identity.</summary>
public sealed class RecordEqualityTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    [Fact]
    public void Records_with_collections_define_their_equality()
    {
        var records = Repository.Assemblies.SelectMany(a => a.GetTypes()).Where(IsRecord).ToList();

        Assert.NotEmpty(records);
        Assert.Empty(records.Where(HoldsCollection).Where(EqualityIsTheCompilers).Select(t => t.FullName));
    }

    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", Own) is not null;

    private static bool HoldsCollection(Type type) => type.GetFields(Own)
        .Select(field => Nullable.GetUnderlyingType(field.FieldType) ?? field.FieldType)
        .Any(kept => kept != typeof(string) && typeof(IEnumerable).IsAssignableFrom(kept));

    private static bool EqualityIsTheCompilers(Type type) =>
        type.GetMethod("Equals", Own, [type])?.GetCustomAttribute<CompilerGeneratedAttribute>() is not null;
}
