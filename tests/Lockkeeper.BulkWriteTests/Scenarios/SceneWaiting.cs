using Lockkeeper.TestKit;

namespace Lockkeeper.BulkWriteTests.Scenarios;

/// <summary>What other sessions see of a unit that waits.</summary>
internal static class SceneWaiting
{
    /// <summary>Comes back once a writer waits for a backend.</summary>
    public static async Task<Session> SeeBlockedByAsync(this Scene scene, int backend)
    {
        var observer = await scene.Database.OpenSessionAsync(Scene.Token);
        await observer.WaitUntilAsync($"EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'writer' AND {backend} = ANY(pg_blocking_pids(pid)))", Scene.Token);
        return observer;
    }

    /// <summary>The backend of the writer that waits for another one.</summary>
    public static Task<int> BackendBlockedByAsync(this Session observer, int backend) =>
        observer.ScalarAsync<int>($"SELECT pid FROM pg_stat_activity WHERE application_name = 'writer' AND {backend} = ANY(pg_blocking_pids(pid))", Scene.Token);

    /// <summary>The rows of a table, by their id, that somebody has locked against a mode of ours.</summary>
    public static async Task<string> LockedAsync(this Session observer, string table, string mode = "FOR UPDATE")
    {
        var free = (await observer.QueryAsync($"SELECT id::text FROM {table} {mode} SKIP LOCKED", Scene.Token)).Select(row => (string)row[0]!).ToHashSet();
        var all = (await observer.QueryAsync($"SELECT id::text FROM {table} ORDER BY id", Scene.Token)).Select(row => (string)row[0]!);
        return string.Join(',', all.Where(row => !free.Contains(row)));
    }
}
