using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>By which attributes a run's spans and measurements are told from others'. Made once for each run.</summary>
internal sealed class ReportedAs
{
    private const int DefaultPort = 5432;

    private readonly KeyValuePair<string, object?>[] _tags;

    private ReportedAs(KeyValuePair<string, object?>[] tags) => _tags = tags;

    /// <summary>A list to which more may be added.</summary>
    public TagList Tags => new(_tags);

    /// <remarks>
    /// The namespace is the database and the table's schema with a bar between, as the convention for PostgreSQL wants it; a port that is the default is left out; and
    /// where the data source names several hosts, the one that serves is not known without asking, so none is said.
    /// </remarks>
    public static ReportedAs Of(NpgsqlDataSource dataSource, BackfillJob job)
    {
        var settings = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString);
        var tags = new List<KeyValuePair<string, object?>>
        {
            new("db.system.name", "postgresql"),
            new("db.namespace", string.Create(CultureInfo.InvariantCulture, $"{settings.Database ?? settings.Username}|{job.Table.Schema.Value}")),
            new("db.collection.name", job.Table.ToString()),
            new("db.operation.name", "UPDATE"),
            new("db.query.summary", $"UPDATE {job.Table}"),
            new("lockkeeper.backfill.job", job.Name),
        };
        if (settings.Host is { } host && !host.Contains(',', StringComparison.Ordinal))
        {
            tags.Add(new("server.address", host));
            if (settings.Port != DefaultPort)
            {
                tags.Add(new("server.port", settings.Port));
            }
        }

        return new ReportedAs([.. tags]);
    }
}
