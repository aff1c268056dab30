using System.Collections.Immutable;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Locks.Reading;

namespace Lockkeeper.Locks.Explaining;

/// <summary>Puts incidents into words.</summary>
internal static class SnapshotExplainer
{
    public static LockSnapshot Of(
        Observation observation,
        ImmutableArray<Incident> incidents,
        ImmutableDictionary<(RowPlace Place, uint? Transaction), FoundRow> rows,
        string? whyCutShort = null)
    {
        var subjects = new Subjects(observation, rows);
        return new LockSnapshot(
            observation,
            [.. incidents.Select(incident => new IncidentReport(incident, [.. incident.Queues.Select(queue => Report(queue, incident.IsRing))]))],
            NotesOf(observation, incidents, whyCutShort));

        QueueReport Report(LockQueue queue, bool isRing)
        {
            var facts = new QueueFacts(queue, isRing, observation, subjects);
            return new QueueReport(
                queue,
                facts.Subject,
                facts.Row,
                QueueExplainer.Of(facts),
                [.. queue.Waiters.SelectMany(waiter => waiter.Holds).Select(behind => Report(behind, isRing: false))]);
        }
    }

    private static ImmutableArray<string> NotesOf(Observation observation, ImmutableArray<Incident> incidents, string? whyCutShort)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        if (whyCutShort is not null)
        {
            notes.Add($"The server went away before the keys of all rows could be read: {whyCutShort.TrimEnd('.')}.");
        }

        if (!observation.SeesOthers)
        {
            notes.Add("This role may not see what sessions of other roles do: their statements, states and ages are missing. "
                + "GRANT pg_monitor to it.");
        }

        if (incidents.SelectMany(incident => incident.Queues).SelectMany(queue => queue.All()).Any(queue => IsElsewhere(queue, observation)))
        {
            notes.Add($"Some of it is in another database than {observation.Database}; tables and rows have names only when connected to theirs.");
        }

        if (observation.InRecovery)
        {
            notes.Add("This server is a standby: locks of the primary's transactions are held by the process that replays its log.");
        }

        return notes.ToImmutable();
    }

    private static bool IsElsewhere(LockQueue queue, Observation observation) =>
        (queue.Row?.Database ?? queue.Tag.Database) is { } database && database != 0 && database != observation.DatabaseId;
}
