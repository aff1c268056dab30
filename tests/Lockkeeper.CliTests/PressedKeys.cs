using Spectre.Console;

namespace Lockkeeper.CliTests;

/// <summary>Somebody who presses keys, one after another. A question too many ends the test and does not hang it.</summary>
internal sealed class PressedKeys : IAnsiConsoleInput
{
    private readonly Queue<ConsoleKeyInfo> _keys = new();

    public bool AllPressed => _keys.Count == 0;

    public PressedKeys Text(string text)
    {
        foreach (var c in text)
        {
            _keys.Enqueue(new ConsoleKeyInfo(c, ConsoleKey.None, false, false, false));
        }

        return Key(ConsoleKey.Enter);
    }

    public PressedKeys Key(ConsoleKey key, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _keys.Enqueue(new ConsoleKeyInfo(key == ConsoleKey.Spacebar ? ' ' : '\0', key, false, false, false));
        }

        return this;
    }

    public bool IsKeyAvailable() => !AllPressed;

    public ConsoleKeyInfo? ReadKey(bool intercept) => _keys.TryDequeue(out var key)
        ? key
        : throw new InvalidOperationException("A question was asked that nobody answers.");

    public Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken) => Task.FromResult(ReadKey(intercept));
}
