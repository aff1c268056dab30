using System.Collections.Immutable;

namespace Lockkeeper.TestKit.Migrations.Clients;

/// <summary>A column that clients write numbers to, in whatever shape one version has it.</summary>
/// <param name="Name">Its name in that version.</param>
/// <param name="Value">SQL of the value that stands for a number, with <c>{v}</c> for the number.</param>
/// <param name="Meanings">What a write of it says: its own meaning first, then those that the migration computes from it.</param>
public sealed record ClientColumn(string Name, string Value, ImmutableArray<string> Meanings)
{
    public string ValueOf(string number) => Value.Replace("{v}", number, StringComparison.Ordinal);
}
