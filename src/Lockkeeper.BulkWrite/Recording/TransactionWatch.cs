using System.Diagnostics;
using System.Runtime.CompilerServices;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.BulkWrite.Recording;

/// <summary>Records the commands that are sent in a transaction, by whomever, from the driver's own tracing.</summary>
/// <remarks>
/// The driver begins an activity on the caller's stack and names the connection on it afterwards; so the stack is taken at the beginning, and whose
/// command it was is looked at in the end.
/// </remarks>
internal sealed class TransactionWatch : IDisposable
{
    private readonly ConditionalWeakTable<Activity, string> _stacks = [];
    private readonly RecordedTransaction _recorded;
    private readonly int _backend;
    private readonly Identifier _defaultSchema;
    private readonly ActivityListener _listener;

    public TransactionWatch(RecordedTransaction recorded, NpgsqlTransaction transaction, Identifier defaultSchema)
    {
        _recorded = recorded;
        _backend = (transaction.Connection ?? throw new InvalidOperationException("The transaction has ended.")).ProcessID;
        _defaultSchema = defaultSchema;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => _stacks.Add(activity, new StackTrace(2, fNeedFileInfo: true).ToString()),
            ActivityStopped = Stopped,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    private void Stopped(Activity activity)
    {
        if (activity.GetTagItem("db.npgsql.connection_id") is not int backend || backend != _backend
            || activity.GetTagItem("db.query.text") is not string sql || !_stacks.TryGetValue(activity, out var stack))
        {
            return;
        }

        foreach (var (table, mode) in CommandLocks.Of(sql, _defaultSchema))
        {
            _recorded.Lock(table, mode, stack);
        }
    }
}
