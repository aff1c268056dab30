using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Ordering;

/// <summary>How far each table lies below the tables that reference none; a circle of references counts as one table.</summary>
internal sealed class TableDepths
{
    private readonly ILookup<TableName, TableName> _parents;
    private readonly Dictionary<TableName, int> _circle = [];
    private readonly Dictionary<TableName, int> _index = [];
    private readonly Dictionary<TableName, int> _low = [];
    private readonly Stack<TableName> _open = [];
    private readonly List<List<TableName>> _circles = [];

    private TableDepths(ILookup<TableName, TableName> parents) => _parents = parents;

    public static ImmutableDictionary<TableName, int> Of(IEnumerable<(TableName Child, TableName Parent)> references)
    {
        var depths = new TableDepths(references.Distinct().ToLookup(r => r.Child, r => r.Parent));
        foreach (var group in depths._parents.Where(group => !depths._index.ContainsKey(group.Key)))
        {
            depths.Visit(group.Key);
        }

        return depths.Depths();
    }

    // Tarjan's algorithm: a circle is closed once everything that it references is, so that parents come out first.
    private void Visit(TableName table)
    {
        _index[table] = _low[table] = _index.Count;
        _open.Push(table);
        foreach (var parent in _parents[table])
        {
            if (!_index.TryGetValue(parent, out var index))
            {
                Visit(parent);
                _low[table] = Math.Min(_low[table], _low[parent]);
            }
            else if (!_circle.ContainsKey(parent))
            {
                _low[table] = Math.Min(_low[table], index);
            }
        }

        if (_low[table] == _index[table])
        {
            Close(table);
        }
    }

    private void Close(TableName root)
    {
        var members = new List<TableName>();
        TableName member;
        do
        {
            member = _open.Pop();
            _circle[member] = _circles.Count;
            members.Add(member);
        }
        while (member != root);
        _circles.Add(members);
    }

    private ImmutableDictionary<TableName, int> Depths()
    {
        var depths = new int[_circles.Count];
        for (var circle = 0; circle < _circles.Count; circle++)
        {
            depths[circle] = _circles[circle].SelectMany(table => _parents[table])
                .Select(parent => _circle[parent]).Where(above => above != circle)
                .Select(above => depths[above] + 1).DefaultIfEmpty().Max();
        }

        return _circle.ToImmutableDictionary(entry => entry.Key, entry => depths[entry.Value]);
    }
}
