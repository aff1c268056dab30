namespace Lockkeeper.Backfill.Steering;

/// <summary>What the helm's session sets.</summary>
internal static class HelmSettings
{
    // A commit is the sensor of the commit latency, so it is flushed whatever the role's default is, and waits for standbys as others' do. A statement that
    // takes longer than a few seconds has failed as a signal.
    private static readonly (string Name, string Value)[] All =
    [
        ("application_name", "lockkeeper backfill control"),
        ("statement_timeout", "5000"),
        ("lock_timeout", "1000"),
        ("synchronous_commit", "on"),
        ("jit", "off"),
        ("default_transaction_isolation", "read committed"),
        ("idle_session_timeout", "0"),
    ];

    public static string[] Names => [.. All.Select(setting => setting.Name)];

    public static string[] Values => [.. All.Select(setting => setting.Value)];
}
