using System.Reflection;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.ConventionTests;

public sealed class LayeringTests
{
    private static readonly string[] Pure =
        [
            "Lockkeeper.Migrations.Operations", "Lockkeeper.Migrations.Planning", "Lockkeeper.Migrations.Versions", "Lockkeeper.Backfill.Planning",
            "Lockkeeper.BulkWrite.Planning", "Lockkeeper.BulkWrite.Ordering", "Lockkeeper.BulkWrite.Rendering",
            "Lockkeeper.Locks.Graph",
        ];

    [Fact]
    public void The_model_references_nothing_but_the_runtime()
    {
        var outside = typeof(LockMode).Assembly.GetReferencedAssemblies()
            .Select(a => a.Name!)
            .Where(n => !n.StartsWith("System", StringComparison.Ordinal));

        Assert.Empty(outside);
    }

    [Fact]
    public void The_embedded_server_knows_nothing_of_ours() => Assert.DoesNotContain(
        typeof(EmbeddedPostgres.PostgresServer).Assembly.GetReferencedAssemblies(),
        a => a.Name!.StartsWith("Lockkeeper", StringComparison.Ordinal));

    [Fact]
    public void What_plans_cannot_reach_the_driver()
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var offenders = Repository.Assemblies.SelectMany(a => a.GetTypes())
            .Where(IsPure)
            .SelectMany(t => t.GetMembers(All).Where(m => Mentions(m).Any(IsOfDriver)).Select(m => $"{t.Name}.{m.Name}"));

        Assert.Empty(offenders);
    }

    [Fact]
    public void What_plans_does_not_import_the_driver() => Assert.DoesNotContain(
        Repository.Sources("src").Where(file => Pure.Any(ns => file.Contains(Path.Combine([.. Split(ns)]), StringComparison.Ordinal))),
        file => File.ReadAllText(file).Contains("using Npgsql", StringComparison.Ordinal));

    [Fact]
    public void There_is_something_to_look_at() => Assert.All(Pure, ns =>
        Assert.Contains(Repository.Assemblies.SelectMany(a => a.GetTypes()), t => t.Namespace == ns));

    private static bool IsPure(Type type) =>
        Pure.Any(ns => type.Namespace == ns || type.Namespace?.StartsWith($"{ns}.", StringComparison.Ordinal) == true);

    // "Lockkeeper.Migrations.Planning" lies in Lockkeeper.Migrations/Planning.
    private static IEnumerable<string> Split(string ns)
    {
        var place = ns.LastIndexOf('.');
        return [ns[..place], ns[(place + 1)..]];
    }

    private static IEnumerable<Type> Mentions(MemberInfo member) => member switch
    {
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(p => p.ParameterType)],
        ConstructorInfo constructor => constructor.GetParameters().Select(p => p.ParameterType),
        _ => [],
    };

    private static bool IsOfDriver(Type type) => type.Namespace?.StartsWith("Npgsql", StringComparison.Ordinal) == true
        || type.GenericTypeArguments.Any(IsOfDriver) || (type.HasElementType && IsOfDriver(type.GetElementType()!));
}
