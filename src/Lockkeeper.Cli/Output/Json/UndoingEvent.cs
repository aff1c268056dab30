namespace Lockkeeper.Cli.Output.Json;

/// <summary>Starting failed, and what it did is being undone: event <c>undoing</c>.</summary>
internal sealed record UndoingEvent(string Event, string Reason);
