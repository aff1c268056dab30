namespace Lockkeeper.BulkWrite.Execution;

/// <summary>The numbers that the statements of one change gave.</summary>
internal sealed class ChangeOutcome
{
    /// <summary>Rows that were sent, each key once.</summary>
    public long Sent { get; set; }

    public long? Found { get; set; }

    public long Inserted { get; set; }

    public long Written { get; set; }

    public ChangeReport Report(Change change)
    {
        var rest = (Found ?? Sent) - Inserted - Written;
        var left = change.Map.Parts.Condition is null && change.Kind is not ChangeKind.InsertOrIgnore
            && !change.Map.Mapped.Any(column => column.IsVersion || (column.IsCompared && change.Kind is ChangeKind.Update or ChangeKind.Upsert));
        var report = new ChangeReport(change.Map.Table, change.Kind) { Given = change.Given, Duplicates = change.Given - Sent };
        return change.Kind switch
        {
            ChangeKind.Insert => report with { Inserted = Inserted },
            ChangeKind.InsertOrIgnore => report with { Inserted = Inserted, Skipped = rest },
            ChangeKind.Upsert => report with { Inserted = Inserted, Updated = Written, Unchanged = left ? rest : 0, Skipped = left ? 0 : rest },
            ChangeKind.Update => report with
            {
                Updated = Written,
                Unchanged = left ? rest : 0,
                Skipped = left ? 0 : rest,
                NotFound = Sent - (Found ?? Sent),
            },
            ChangeKind.Delete => report with { Deleted = Written, NotFound = Sent - Written },
            _ => report with { Locked = Found ?? 0, NotFound = Sent - (Found ?? 0) },
        };
    }
}
