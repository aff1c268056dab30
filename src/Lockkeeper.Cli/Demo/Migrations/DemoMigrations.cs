using System.Diagnostics;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Demo.Migrations;

/// <summary>The two migration files of the demo, which lie beside this one and are built in.</summary>
internal static class DemoMigrations
{
    /// <summary>Makes the table.</summary>
    public static Migration First { get; } = Load("01_orders.yaml");

    /// <summary>Adds a column with a backfill, and changes the type of another.</summary>
    public static Migration Second { get; } = Load("02_typed_amounts.yaml");

    private static Migration Load(string fileName)
    {
        using var stream = typeof(DemoMigrations).Assembly.GetManifestResourceStream($"demo/{fileName}")
            ?? throw new UnreachableException($"{fileName} is not built in.");
        using var reader = new StreamReader(stream);
        return Migration.Parse(reader.ReadToEnd(), fileName);
    }
}
