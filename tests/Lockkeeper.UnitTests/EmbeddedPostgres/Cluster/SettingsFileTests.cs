using System.Collections.Immutable;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.EmbeddedPostgres.Cluster;

namespace Lockkeeper.UnitTests.EmbeddedPostgres.Cluster;

public sealed class SettingsFileTests
{
    [Fact]
    public void The_callers_settings_come_after_ours_and_before_address_and_port()
    {
        var settings = ImmutableSortedDictionary<string, string>.Empty
            .Add("fsync", "on").Add("port", "1").Add("x.note", @"it's C:\temp");

        Assert.Equal(
            """

            max_connections = '200'
            max_prepared_transactions = '20'
            log_timezone = 'UTC'
            timezone = 'UTC'
            lc_messages = 'C'
            fsync = 'off'
            synchronous_commit = 'off'
            full_page_writes = 'off'
            fsync = 'on'
            port = '1'
            x.note = 'it''s C:\\temp'
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            port = '5433'

            """,
            SettingsFile.Render(new PostgresServerOptions { Settings = settings }, 5433));
    }

    [Fact]
    public void A_durable_server_keeps_the_defaults_that_flush() =>
        Assert.DoesNotContain(
            "fsync", SettingsFile.Render(new PostgresServerOptions { Durable = true }, 5433), StringComparison.Ordinal);
}
