using System.Collections.Immutable;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Locks.Diagnosing;

/// <summary>Runs checks, each by itself: one that fails does not hide the others.</summary>
internal sealed class CheckRunner(NpgsqlConnection connection, DiagnoseOptions options)
{
    // A monitoring system asks often; a check that takes longer is a burden itself.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private const string WentAway = "the server went away";

    private const string SituationSql = "SELECT pg_is_in_recovery(), pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')";

    public async Task<Diagnosis> RunAsync(IEnumerable<Check> checks, CancellationToken cancellationToken)
    {
        var (isStandby, seesOthers) = (await connection.QueryAsync(
            SituationSql, [], row => (row.GetBoolean(0), row.GetBoolean(1)), cancellationToken).ConfigureAwait(false))[0];
        var results = ImmutableArray.CreateBuilder<CheckResult>();
        string? lost = null;
        foreach (var check in checks)
        {
            try
            {
                results.Add(check switch
                {
                    _ when lost is not null => Skipped(check, WentAway),
                    { OnStandby: { } wanted } when wanted != isStandby => Skipped(check, isStandby ? "this is a standby" : "this is no standby"),
                    { NeedsMonitor: true } when !seesOthers => Skipped(check, "no privilege: the role needs pg_monitor"),
                    _ => await RunAsync(check, cancellationToken).ConfigureAwait(false),
                });
            }
            catch (Exception gone) when (TransientErrors.IsConnectionLoss(gone))
            {
                // What was looked at before is no less true.
                lost = gone.GetBaseException().Message;
                results.Add(Skipped(check, WentAway));
            }
        }

        return new Diagnosis([.. results.OrderByDescending(result => result.Level)]) { CutShort = lost };
    }

    private async Task<CheckResult> RunAsync(Check check, CancellationToken cancellationToken)
    {
        var thresholds = options.Thresholds.GetValueOrDefault(check.Name, check.Thresholds);
        try
        {
            var rows = await connection.QueryAsync(
                // A quotient of whole numbers can have more digits than a decimal of .NET takes.
                $"SELECT c.subject, c.value::float8, c.words FROM ({check.Sql}) AS c (subject, value, words)",
                [],
                row => (Subject: row.GetString(0), Value: row.GetDouble(1), Words: row.GetString(2)),
                Limit,
                cancellationToken).ConfigureAwait(false);
            var evidence = rows.Select(row => new Evidence(row.Subject, row.Value, row.Words, thresholds.LevelOf(row.Value)))
                .Where(found => found.Level != CheckLevel.Green).OrderByDescending(found => found.Value).ToImmutableArray();
            var level = evidence.Select(found => found.Level).DefaultIfEmpty(CheckLevel.Green).Max();
            return new CheckResult(check.Name, check.Title, level, evidence, check.Remedy, null);
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InsufficientPrivilege
            or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.FeatureNotSupported)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Skipped(check, refused.SqlState switch
            {
                PostgresErrorCodes.InsufficientPrivilege => $"no privilege: {refused.MessageText}",
                PostgresErrorCodes.QueryCanceled => $"it took longer than {Limit.TotalSeconds:0} s",
                PostgresErrorCodes.LockNotAvailable => "something that it reads is locked",
                _ => refused.MessageText,
            });
        }
    }

    private static CheckResult Skipped(Check check, string why) =>
        new(check.Name, check.Title, CheckLevel.Skipped, [], check.Remedy, why);
}
