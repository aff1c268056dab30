namespace Lockkeeper.Server.Scripting;

/// <summary>Follows the words of a statement, and knows whether they are inside of a body in SQL's own form: <c>BEGIN ATOMIC ...; ...; END</c>.</summary>
/// <remarks>Only CREATE FUNCTION and CREATE PROCEDURE have one. In it every CASE has an END of its own.</remarks>
internal sealed class RoutineBody
{
    // CREATE OR REPLACE FUNCTION.
    private const int LongestBeginning = 4;

    private readonly List<string> _beginning = [];
    private string _previous = "";
    private int _depth;

    /// <summary>Whether a semicolon ends a statement of the body, and not the statement that has it.</summary>
    public bool IsOpen => _depth > 0;

    /// <summary>Takes the next word; whatever stands between two words is told as one that is empty or a symbol.</summary>
    public void Take(string word)
    {
        if (_beginning.Count < LongestBeginning)
        {
            _beginning.Add(word);
        }

        // Behind AS and a dot, every keyword is a name.
        if (IsRoutine && _previous is not ("AS" or "."))
        {
            _depth += word switch
            {
                "ATOMIC" when _depth == 0 && _previous == "BEGIN" => 1,
                "CASE" when _depth > 0 => 1,
                "END" when _depth > 0 => -1,
                _ => 0,
            };
        }

        _previous = word;
    }

    private bool IsRoutine => _beginning is
        ["CREATE", "FUNCTION" or "PROCEDURE", ..] or ["CREATE", "OR", "REPLACE", "FUNCTION" or "PROCEDURE"];
}
