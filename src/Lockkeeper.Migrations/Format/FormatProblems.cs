using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Lockkeeper.Migrations.Format;

/// <summary>Collects what is wrong with one file, so that all of it can be reported together.</summary>
internal sealed class FormatProblems
{
    // Whoever has this many has given us the wrong file; more would only cost memory.
    private const int MaxKept = 200;

    private readonly List<FormatProblem> _found = [];

    public bool Any => _found.Count > 0;

    public void Add(string code, SourcePosition at, string message, string remedy)
    {
        if (_found.Count < MaxKept)
        {
            _found.Add(new FormatProblem(code, at, message, remedy));
        }
    }

    /// <summary>For a problem after which the rest of the file has no meaning.</summary>
    [DoesNotReturn]
    public void Stop(string code, SourcePosition at, string message, string remedy)
    {
        _found.Add(new FormatProblem(code, at, message, remedy));
        ThrowIfAny();
        throw new UnreachableException("A problem was added just before.");
    }

    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new MigrationFormatException(InOrder());
        }
    }

    /// <summary>All of them by their places.</summary>
    /// <remarks>OrderBy is stable: problems of one place stay in the order of finding.</remarks>
    public ImmutableArray<FormatProblem> InOrder() => [.. _found.OrderBy(p => p.Position.Line).ThenBy(p => p.Position.Column)];

    /// <summary>For a problem that is the only one, because nothing else was looked at.</summary>
    [DoesNotReturn]
    public static void Refuse(string code, SourcePosition at, string message, string remedy) =>
        throw new MigrationFormatException([new FormatProblem(code, at, message, remedy)]);
}
