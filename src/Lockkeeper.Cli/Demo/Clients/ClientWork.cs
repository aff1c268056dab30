namespace Lockkeeper.Cli.Demo.Clients;

/// <summary>The transactions of a client, drawn at random. What was committed is noted once the server has said so, not before.</summary>
internal sealed class ClientWork(ClientRows rows, Random random)
{
    private const int MostRows = 12;

    /// <summary>Does one transaction.</summary>
    public Task DoAsync(ClientSession session, ClientVersion version) => random.Next(100) switch
    {
        < 25 => InsertAsync(session, version),
        < 60 => ChangeOneAsync(session, version),
        < 75 => ChangeInTurnAsync(session, version),
        < 85 => ChangeAtOnceAsync(session, version),
        _ => DeleteAsync(session, version),
    };

    private async Task InsertAsync(ClientSession session, ClientVersion version)
    {
        var insertion = version.DrawInsertion(random);
        rows.Inserted(await session.ReturningAsync(insertion.Sql, insertion.Values), insertion.Row);
    }

    private async Task ChangeOneAsync(ClientSession session, ClientVersion version)
    {
        if (rows.Draw(random) is { } id)
        {
            var change = version.DrawChange(random);
            await WatchAsync([id], () => session.ExecuteAsync(change.OneRow, change.Value, id));
            rows.Changed(id, change);
        }
    }

    // Rows are locked one after the other in no order, and kept locked until the commit: what deadlocks with whoever does the same.
    private async Task ChangeInTurnAsync(ClientSession session, ClientVersion version)
    {
        (long Id, Change Change)[] changes = [.. DrawMany().Select(id => (id, version.DrawChange(random)))];
        await WatchAsync([.. changes.Select(change => change.Id)], async () =>
        {
            await using var transaction = await session.BeginAsync();
            foreach (var (id, change) in changes)
            {
                await session.ExecuteAsync(change.OneRow, change.Value, id);
            }

            await session.CommitAsync(transaction);
        });
        foreach (var (id, change) in changes)
        {
            rows.Changed(id, change);
        }
    }

    private async Task ChangeAtOnceAsync(ClientSession session, ClientVersion version)
    {
        var ids = DrawMany();
        var change = version.DrawChange(random);
        await WatchAsync(ids, () => session.ExecuteAsync(change.ManyRows, change.Value, ids));
        foreach (var id in ids)
        {
            rows.Changed(id, change);
        }
    }

    private async Task DeleteAsync(ClientSession session, ClientVersion version)
    {
        if (rows.Draw(random) is { } id)
        {
            await WatchAsync([id], () => session.ExecuteAsync("DELETE FROM orders WHERE id = $1", id));
            rows.Deleted(id);
        }
    }

    private long[] DrawMany() => rows.DrawMany(random, random.Next(2, MostRows + 1));

    // The server's refusal undoes a transaction for certain; any other end leaves open whether it was committed.
    private async Task WatchAsync(long[] ids, Func<Task> transaction)
    {
        var isCertain = false;
        try
        {
            await transaction();
            isCertain = true;
        }
        catch (Npgsql.PostgresException)
        {
            isCertain = true;
            throw;
        }
        finally
        {
            if (!isCertain)
            {
                rows.NeverHeardOf(ids);
            }
        }
    }
}
