using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>Two roles of one test: one that may migrate and nothing else, and one that uses the tables.</summary>
internal sealed class Roles : IAsyncDisposable
{
    private readonly MigrationScene _scene;

    private Roles(MigrationScene scene) => _scene = scene;

    // Roles belong to the whole server, databases to one test.
    public string Migrating => $"migrating_{_scene.Database.Name}";

    public string Using => $"using_{_scene.Database.Name}";

    public static async Task<Roles> CreateAsync(MigrationScene scene, CancellationToken cancellationToken)
    {
        var roles = new Roles(scene);
        await scene.Database.ExecuteAsync(
            $"""
             CREATE ROLE {roles.Migrating};
             CREATE ROLE {roles.Using};
             GRANT CREATE ON DATABASE "{scene.Database.Name}" TO {roles.Migrating};
             GRANT USAGE, CREATE ON SCHEMA lockkeeper, public TO {roles.Migrating};
             GRANT ALL ON ALL TABLES IN SCHEMA lockkeeper TO {roles.Migrating};
             DO $$
             DECLARE t regclass;
             BEGIN
                 FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') LOOP
                     EXECUTE format('ALTER TABLE %s OWNER TO {roles.Migrating}', t);
                 END LOOP;
             END $$;
             """,
            cancellationToken);
        await scene.RememberAsync(cancellationToken);
        return roles;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var role in new[] { Migrating, Using })
        {
            await _scene.Database.ExecuteAsync(
                $"REASSIGN OWNED BY {role} TO CURRENT_USER; DROP OWNED BY {role}; DROP ROLE {role}", CancellationToken.None);
        }
    }
}
