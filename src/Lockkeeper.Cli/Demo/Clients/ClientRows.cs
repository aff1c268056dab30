using Lockkeeper.Cli.Demo.Orders;

namespace Lockkeeper.Cli.Demo.Clients;

/// <summary>The rows that one client has to itself, and what it last wrote to each: its side of the story, for the check at the end.</summary>
/// <param name="number">The client's number; of the rows that were there before it has those whose id leaves this rest.</param>
/// <param name="clients">How many clients share the rows.</param>
/// <param name="seeded">How many rows were there before.</param>
/// <remarks>Not thread-safe: the client uses it while it runs, the check afterwards.</remarks>
internal sealed class ClientRows(int number, int clients, int seeded)
{
    // Deleted rows are drawn too; with most of a small table deleted the client does something else.
    private const int Draws = 20;

    private readonly Dictionary<long, NewOrder?> _written = [];
    private readonly HashSet<long> _uncertain = [];
    private readonly List<long> _inserted = [];

    /// <summary>The rows written so far, as they must be in the new version; null for a deleted one.</summary>
    public IReadOnlyDictionary<long, NewOrder?> Written => _written;

    /// <summary>Rows of a transaction of which the client never heard whether it was committed.</summary>
    public IReadOnlySet<long> Uncertain => _uncertain;

    /// <summary>A row that is there, or null if none was found.</summary>
    public long? Draw(Random random)
    {
        for (var draw = 0; draw < Draws; draw++)
        {
            var id = _inserted.Count > 0 && random.Next(4) == 0
                ? _inserted[random.Next(_inserted.Count)]
                : Seeded(random);
            if (id <= 0 || (_written.TryGetValue(id, out var row) && row is null))
            {
                continue;
            }

            return id;
        }

        return null;
    }

    /// <summary>Several rows that are there, in no order.</summary>
    public long[] DrawMany(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Draw(random)).OfType<long>().Distinct()];

    public void Inserted(long id, NewOrder row)
    {
        _inserted.Add(id);
        _written[id] = row;
    }

    public void Deleted(long id) => _written[id] = null;

    public void Changed(long id, Change change) => _written[id] = change.Apply(Now(id));

    public void NeverHeardOf(IEnumerable<long> ids) => _uncertain.UnionWith(ids);

    private NewOrder Now(long id) => _written.GetValueOrDefault(id) ?? UpRules.Apply(OrderSource.Seed(id));

    private long Seeded(Random random)
    {
        // Ids begin at 1, so the client of number 0 begins one round later.
        var first = number == 0 ? clients : number;
        return first > seeded ? 0 : first + ((long)random.Next(((seeded - first) / clients) + 1) * clients);
    }
}
