using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>What a migration needs rights for, and what the roles that use its versions need none for.</summary>
public sealed class RightsTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Whoever writes a row takes a number for it.
    private static string Numbered(string type, string more) => $"  - add_column: {{table: orders, column: {{name: number, {more}type: {type}}}}}";

    private static Migration Change => Migration.Parse(Table.Change, "02_change.yaml");

    [Theory]
    [EachPostgres("ALTER TABLE orders OWNER TO CURRENT_USER", "owner of \"public\".\"orders\"")]
    [EachPostgres("REVOKE CREATE ON DATABASE {database} FROM {role}", "CREATE on the database")]
    [EachPostgres("REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC", "TEMPORARY on the database")]
    [EachPostgres("REVOKE CREATE ON SCHEMA lockkeeper FROM {role}", "CREATE on schema \"lockkeeper\"")]
    [EachPostgres("REVOKE CREATE ON SCHEMA public FROM {role}, PUBLIC", "CREATE on schema \"public\"")]
    [EachPostgres("REVOKE USAGE ON SCHEMA lockkeeper FROM {role}", "USAGE on schema \"lockkeeper\"")]
    [EachPostgres("REVOKE UPDATE ON lockkeeper.journal FROM {role}", "UPDATE and DELETE on its tables")]
    public async Task A_right_that_is_missing_is_found_before_starting(int version, string revoke, string named)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await using var roles = await Roles.CreateAsync(scene, Cancellation);
        await using (var able = scene.As(roles.Migrating))
        {
            await scene.Migrator(source: able).StartAsync(Change, null, Cancellation);
            Assert.Equal(0, await scene.CountAsync(Table.Wrong, Cancellation));
            await scene.Migrator(source: able).RollbackAsync(null, Cancellation);
        }

        await scene.AssertAsBeforeAsync(Cancellation);
        await scene.Database.ExecuteAsync(
            revoke.Replace("{role}", roles.Migrating, StringComparison.Ordinal).Replace("{database}", $"\"{scene.Database.Name}\"", StringComparison.Ordinal),
            Cancellation);
        await using var unable = scene.As(roles.Migrating);
        var refused = await scene.AssertRefusedAsync<MigrationException>(
            () => scene.Migrator(source: unable).StartAsync(Change, null, Cancellation), Cancellation);

        Assert.Equal("LK1212", refused.Code);
        Assert.Contains(named, refused.Problem, StringComparison.Ordinal);
        Assert.Contains(roles.Migrating, refused.Problem, StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task To_look_at_the_history_it_is_enough_to_read_it(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await using var roles = await Roles.CreateAsync(scene, Cancellation);
        await using var source = scene.As(roles.Using);

        var refused = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator(source: source).StatusAsync(Cancellation));
        await scene.Database.ExecuteAsync(
            $"GRANT USAGE ON SCHEMA lockkeeper TO {roles.Using}; GRANT SELECT ON lockkeeper.migrations TO {roles.Using}", Cancellation);

        Assert.Equal("LK1212", refused.Code);
        Assert.Contains("SELECT on its table", refused.Problem, StringComparison.Ordinal);
        Assert.Equal(MigrationState.None, (await scene.Migrator(source: source).StatusAsync(Cancellation)).State);
        Assert.Empty(await scene.Migrator(source: source).HistoryAsync(Cancellation));
    }

    [Theory, EachPostgres]
    public async Task Init_says_which_right_it_lacks(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, "", Cancellation);
        await using var roles = await Roles.CreateAsync(scene, Cancellation);
        await scene.Database.ExecuteAsync("DROP SCHEMA lockkeeper CASCADE", Cancellation);
        await using var source = scene.As(roles.Using);

        var refused = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator(source: source).InitializeAsync(Cancellation));

        Assert.Equal("LK1212", refused.Code);
    }

    [Theory, EachPostgres]
    public async Task A_role_without_rights_on_our_schema_writes_through_both_versions(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await using var roles = await Roles.CreateAsync(scene, Cancellation);
        await scene.Database.ExecuteAsync(
            $"""
             GRANT USAGE ON SCHEMA public TO {roles.Using};
             GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO {roles.Using}
             """,
            Cancellation);
        await scene.StartAsync(Table.Change + "\n" + Numbered("serial", ""), Cancellation);
        await using var user = await scene.Database.OpenSessionAsync(Cancellation);
        await user.ExecuteAsync($"SET ROLE {roles.Using}; SET search_path = public", Cancellation);

        await user.ExecuteAsync("INSERT INTO orders (customer, price) VALUES ('old', 5); UPDATE orders SET price = 6 WHERE customer = 'old'", Cancellation);
        await user.ExecuteAsync("SET search_path = public_02_change", Cancellation);
        await user.ExecuteAsync("INSERT INTO orders (customer, price, shout) VALUES ('new', 700, 'NEW'); UPDATE orders SET price = 800 WHERE customer = 'new'", Cancellation);
        Assert.Equal("OLD", await user.ScalarAsync<string>("SELECT shout FROM orders WHERE price = 600 AND customer = 'old'", Cancellation));
        await user.ExecuteAsync("DELETE FROM orders WHERE customer = 'old'; SET search_path = public", Cancellation);
        Assert.Equal(8, await user.ScalarAsync<int>("SELECT price FROM orders WHERE customer = 'new'", Cancellation));
        await scene.Migrator().CompleteAsync(null, Cancellation);
        await user.ExecuteAsync("SET search_path = public_02_change; INSERT INTO orders (customer, price, shout) VALUES ('last', 1, 'LAST')", Cancellation);
        await user.DisposeAsync();
    }

    [Theory, EachPostgres]
    public async Task The_owner_of_the_tables_and_of_their_schema_writes_through_the_version_that_another_role_made(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation, "shop");
        await using var roles = await Roles.CreateAsync(scene, Cancellation);
        await scene.Database.ExecuteAsync($"ALTER SCHEMA shop OWNER TO {roles.Using}; ALTER TABLE shop.orders OWNER TO {roles.Using}", Cancellation);
        await scene.StartAsync(Table.Change + "\n" + Numbered("integer", "generated: {identity: {}}, "), Cancellation);

        await using var owner = await scene.Database.OpenSessionAsync(Cancellation);
        await owner.ExecuteAsync($"SET ROLE {roles.Using}; SET search_path = shop_02_change", Cancellation);
        await owner.ExecuteAsync("UPDATE orders SET price = 700 WHERE id = 1; DELETE FROM orders WHERE id = 2; INSERT INTO orders (customer, price, shout) VALUES ('o', 100, 'O')", Cancellation);
        Assert.Equal(7, await scene.Database.ScalarAsync<int>("SELECT price FROM shop.orders WHERE id = 1", Cancellation));

        await scene.Migrator().RollbackAsync(null, Cancellation);
        Assert.Equal(7, await owner.ScalarAsync<int>("SELECT price FROM shop.orders WHERE id = 1", Cancellation));
    }

    [Theory, EachPostgres]
    public async Task A_view_of_a_version_shows_a_role_no_more_than_the_table_does(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await using var roles = await Roles.CreateAsync(scene, Cancellation);
        await scene.Database.ExecuteAsync(
            $"""
             GRANT USAGE ON SCHEMA public TO {roles.Using};
             GRANT SELECT ON orders TO {roles.Using};
             ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
             CREATE POLICY few ON orders FOR SELECT USING (id <= 10)
             """,
            Cancellation);
        var notes = (await scene.Migrator().PlanAsync(Change, Cancellation)).Notes;
        await scene.StartAsync(Table.Change, Cancellation);

        await using var user = await scene.Database.OpenSessionAsync(Cancellation);
        await user.ExecuteAsync($"SET ROLE {roles.Using}; SET search_path = public_02_change", Cancellation);

        // Before 15, a view looks with the eyes of its owner, and the plan says so.
        Assert.Equal(version < 15, notes.Any(note => note.StartsWith("Row security of \"orders\": on PostgreSQL 14 ", StringComparison.Ordinal)));
        Assert.Equal(version >= 15 ? 10 : 20_000, await user.ScalarAsync<long>("SELECT count(*) FROM orders", Cancellation));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => user.ExecuteAsync("DELETE FROM orders", Cancellation));
    }

    [Theory, EachPostgres]
    public async Task Users_triggers_stay_silent_where_the_role_may_silence_them_and_rows_are_right_where_not(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            version,
            Table.Orders + """
                ALTER TABLE orders ADD COLUMN updated_at int NOT NULL DEFAULT 0;
                CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at := NEW.updated_at + 1; RETURN NEW; END';
                CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
                """,
            Cancellation);
        await using var roles = await Roles.CreateAsync(scene, Cancellation);

        await scene.StartAsync(Table.Change, Cancellation);
        Assert.Equal(0, await scene.CountAsync("orders WHERE updated_at <> 0", Cancellation));
        Assert.Equal(0, await scene.CountAsync(Table.Wrong, Cancellation));
        await scene.Migrator().RollbackAsync(null, Cancellation);

        await using var source = scene.As(roles.Migrating);
        var report = await scene.Migrator(source: source).StartAsync(Change, null, Cancellation);
        Assert.False(Assert.Single(report.Backfills).UserTriggersSilent);
        Assert.Equal(0, await scene.CountAsync(Table.Wrong, Cancellation));
        await scene.Migrator(source: source).CompleteAsync(null, Cancellation);
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }
}
