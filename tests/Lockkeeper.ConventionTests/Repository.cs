using System.Reflection;

namespace Lockkeeper.ConventionTests;

/// <summary>The files and assemblies that the conventions are about.</summary>
internal static class Repository
{
    /// <summary>Not from the path that the compiler records: a CI build rewrites it to one that is the same on every machine.</summary>
    public static string Root { get; } = Find();

    /// <summary>The product's own assemblies.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        typeof(Model.Naming.Identifier).Assembly,
        typeof(Server.Sessions.ServerDataSource).Assembly,
        typeof(Backfill.Backfiller).Assembly,
        typeof(BulkWrite.BulkWriter).Assembly,
        typeof(EntityFrameworkCore.EntityUnit).Assembly,
        typeof(Locks.LockDoctor).Assembly,
        typeof(Migrations.Migrator).Assembly,
        typeof(EmbeddedPostgres.PostgresServer).Assembly,
    ];

    public static string Folder(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>Source files below a folder, build output left out.</summary>
    public static IEnumerable<string> Sources(string folder) => Directory
        .EnumerateFiles(Folder(folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "artifacts"));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Lockkeeper.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not lie inside the repository.");
        }

        return folder.FullName;
    }
}
