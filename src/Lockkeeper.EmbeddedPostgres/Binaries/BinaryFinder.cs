using System.Collections.Immutable;
using Lockkeeper.EmbeddedPostgres.Cluster;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.EmbeddedPostgres.Binaries;

/// <summary>Finds the binaries of an installed server, and tries them as the user who will run them.</summary>
internal sealed class BinaryFinder(Surroundings surroundings, ServerAccount account, TimeProvider time, ILogger logger)
{
    // Printing a version takes 10 ms; what takes this long is a shim that asks or downloads.
    private static readonly TimeSpan TrialLimit = TimeSpan.FromSeconds(20);

    /// <summary>The first fitting server, or null. A folder found by looking that does not fit is passed over.</summary>
    /// <param name="wanted">The major version, or null for any that is supported.</param>
    /// <param name="cancellationToken">Leaves nothing behind.</param>
    /// <exception cref="PostgresStartException">The variable that names a folder names one without a server that runs.</exception>
    public async Task<PostgresBinaries?> FindAsync(int? wanted, CancellationToken cancellationToken)
    {
        if (surroundings.ConfiguredBin is { Length: > 0 } configured)
        {
            if (!BinaryCandidates.IsComplete(surroundings, configured))
            {
                throw PostgresStartException.BinVariableIsWrong(configured);
            }

            // Somebody chose this folder, so that it does not run is said; that it is another version is not an error,
            // since several versions can be wanted and the variable holds one.
            var chosen = await TryAsync(configured, cancellationToken).ConfigureAwait(false);
            if (Fits(chosen, wanted))
            {
                return chosen;
            }
        }

        return await FirstAsync(BinaryCandidates.InOrder(surroundings), wanted, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs <c>postgres --version</c> as the server's user.</summary>
    /// <exception cref="PostgresStartException">It cannot be run.</exception>
    public async Task<PostgresBinaries> TryAsync(string folder, CancellationToken cancellationToken)
    {
        var command = account.Command(surroundings.ProgramIn(folder, "postgres"), ["--version"]);
        var result = await command.RunAsync(TrialLimit, time, cancellationToken).ConfigureAwait(false);
        return result.Succeeded && PostgresVersion.Read(result.Output) is { } version
            ? new PostgresBinaries(folder, version)
            : throw PostgresStartException.CannotRun(folder, account.Description, result.Said);
    }

    private async Task<PostgresBinaries?> FirstAsync(
        ImmutableArray<string> folders, int? wanted, CancellationToken cancellationToken)
    {
        foreach (var folder in folders.Where(folder => BinaryCandidates.IsComplete(surroundings, folder)))
        {
            try
            {
                var real = BinaryCandidates.BehindLinks(surroundings, folder);
                var found = await TryAsync(real, cancellationToken).ConfigureAwait(false);
                if (Fits(found, wanted))
                {
                    return found;
                }

                logger.PassedOver(folder, found.Version.Text);
            }
            catch (PostgresStartException cannotRun)
            {
                logger.PassedOver(folder, cannotRun.Message);
            }
        }

        return null;
    }

    private static bool Fits(PostgresBinaries found, int? wanted) =>
        wanted is { } major ? found.Version.Major == major : found.Version.IsSupported;
}
