using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.ConventionTests;

/// <summary>Log events have numbers that operators can rely on: each once, in its project's range.</summary>
public sealed class LogEventTests
{
    private static readonly Dictionary<string, (int First, int Last)> Ranges = new()
    {
        ["Lockkeeper.EmbeddedPostgres"] = (100, 199),
        ["Lockkeeper.Migrations"] = (1000, 1099),
        ["Lockkeeper.Backfill"] = (2000, 2099),
        ["Lockkeeper.BulkWrite"] = (3000, 3099),
        ["Lockkeeper.Locks"] = (4000, 4099),
    };

    private static IEnumerable<(string Project, int Number)> Events =>
        from assembly in Repository.Assemblies
        from type in assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        let message = method.GetCustomAttribute<LoggerMessageAttribute>()
        where message is not null
        select (assembly.GetName().Name!, message.EventId);

    [Fact]
    public void Every_number_is_used_once() =>
        Assert.Empty(Events.GroupBy(e => e.Number).Where(uses => uses.Count() > 1).Select(uses => uses.Key));

    [Fact]
    public void Every_number_lies_in_its_projects_range()
    {
        Assert.NotEmpty(Events);
        Assert.All(Events, e =>
        {
            Assert.True(Ranges.TryGetValue(e.Project, out var range), $"{e.Project} has no range of log numbers.");
            Assert.InRange(e.Number, range.First, range.Last);
        });
    }
}
