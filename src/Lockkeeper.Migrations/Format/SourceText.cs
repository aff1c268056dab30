namespace Lockkeeper.Migrations.Format;

/// <summary>A file's text, and which line and column an index of it is.</summary>
internal sealed class SourceText
{
    private readonly string _file;
    private readonly List<int> _lineStarts = [0];

    // Canonical JSON is one line of any length, so columns are counted on from the place asked for last.
    private int _index;
    private int _column = 1;

    public SourceText(string file, string text)
    {
        _file = file;
        Text = text;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n')))
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    public string Text { get; }

    public SourcePosition At(int index)
    {
        var target = Math.Clamp(index, 0, Text.Length);
        var found = _lineStarts.BinarySearch(target);
        var line = found >= 0 ? found : ~found - 1;
        if (_index > target || _index < _lineStarts[line])
        {
            (_index, _column) = (_lineStarts[line], 1);
        }

        for (; _index < target; _index++)
        {
            _column += char.IsLowSurrogate(Text[_index]) ? 0 : 1;
        }

        return new SourcePosition(_file, line + 1, _column);
    }

    /// <summary>Whether a tab stands there with nothing but space before it on its line.</summary>
    public bool IsTabInIndentation(int index)
    {
        if (index < 0 || index >= Text.Length || Text[index] != '\t')
        {
            return false;
        }

        var lineStart = _lineStarts[At(index).Line - 1];
        return Text.AsSpan(lineStart, index - lineStart).IsWhiteSpace();
    }
}
