using Lockkeeper.Model.Naming;

namespace Lockkeeper.Cli.Demo.Clients;

/// <summary>What a client knows of the schema that it was written for: one implementation speaks the old version, one the new.</summary>
internal abstract class ClientVersion(Identifier schema)
{
    /// <summary>The client's only setting: where its tables are.</summary>
    public string SearchPath => schema.ToString();

    /// <summary>An order to insert.</summary>
    public abstract Insertion DrawInsertion(Random random);

    /// <summary>A change of one column.</summary>
    public abstract Change DrawChange(Random random);
}
