namespace Lockkeeper.Migrations.Format;

/// <summary>One value of a migration file, whichever syntax it was written in.</summary>
internal abstract record Node(SourcePosition At)
{
    /// <summary>What the value is, in the words of a message: <c>it is a list</c>, <c>0 is a number</c>.</summary>
    public abstract string Described { get; }
}
