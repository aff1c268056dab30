namespace Lockkeeper.Migrations.Format;

/// <summary>Counts levels and values while a tree is built, and stops at the limits.</summary>
internal sealed class TreeLimits(FormatProblems problems)
{
    private int _nodes;

    private int _depth;

    public void Enter(SourcePosition at)
    {
        RequireRoomFor(1, at);
        _depth++;
    }

    public void Leave() => _depth--;

    public void RequireRoomFor(int levels, SourcePosition at)
    {
        if (_depth + levels > FormatLimits.MaxDepth)
        {
            problems.Stop(
                FormatCodes.TooLarge, at, $"More than {FormatLimits.MaxDepth} levels lie inside one another here.",
                "No operation has that many; write it flatter.");
        }
    }

    public void Count(SourcePosition at, int nodes = 1)
    {
        _nodes += nodes;
        if (_nodes > FormatLimits.MaxNodes)
        {
            problems.Stop(
                FormatCodes.TooLarge, at, $"The file stands for more than {FormatLimits.MaxNodes} values.",
                "Split it into several migrations; if it uses YAML aliases, write out what they repeat.");
        }
    }
}
