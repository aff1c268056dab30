using System.Collections.Immutable;

namespace Lockkeeper.TestKit.Migrations.Clients;

/// <summary>The table that clients write to, as one version shows it. Its key is the column <c>id</c>.</summary>
/// <param name="Name">Its name in that version, quoted where it must be.</param>
public sealed record ClientTable(string Name)
{
    public ImmutableArray<ClientColumn> Columns { get; private init; } = [];

    /// <summary>Statements that are run now and then besides, with a random number for <c>{n}</c>; only that they do not fail is checked.</summary>
    public ImmutableArray<string> Others { get; private init; } = [];

    /// <summary>The name of the key.</summary>
    public string Key { get; init; } = "id";

    /// <summary>Whether the key is unique in that version, so that rows can be upserted.</summary>
    public bool HasUniqueKey { get; init; } = true;

    /// <summary>Whether a write says nothing any more of what a migration used to compute from it.</summary>
    public bool CarriesNothing { get; init; }

    /// <summary>With a column whose write also gives those other meanings, which the other version shows, the same number.</summary>
    public ClientTable With(string column, string value, params IEnumerable<string> carried) =>
        this with { Columns = Columns.Add(new(column, value, [column, .. carried])) };

    /// <summary>With a column that means what another version's column of another name does.</summary>
    public ClientTable WithMeaning(string meaning, string column, string value, params IEnumerable<string> carried) =>
        this with { Columns = Columns.Add(new(column, value, [meaning, .. carried])) };

    public ClientTable Named(string name) => this with { Name = name };

    /// <summary>Without a column, by its meaning.</summary>
    public ClientTable Without(string meaning) => this with { Columns = Columns.RemoveAll(column => column.Meanings[0] == meaning) };

    public ClientTable AndRuns(params IEnumerable<string> statements) => this with { Others = [.. Others, .. statements] };
}
