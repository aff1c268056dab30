using Lockkeeper.Bench.Measuring;
using Npgsql;

namespace Lockkeeper.Bench.Ways;

/// <summary>The same with a second trigger for the other direction, which a changed column needs there and an added one does not have.</summary>
internal sealed class KeysetPairWay : KeysetWay
{
    public override string Name => "keyset batches, changed column";

    public override async Task PrepareAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(source, cancellationToken);
        await BenchTable.ExecuteAsync(
            source,
            Trigger("users_down", "loud", "_new_loud", "search_path = 'public_02'", "NEW.name := (lower(loud))"),
            cancellationToken);
    }
}
