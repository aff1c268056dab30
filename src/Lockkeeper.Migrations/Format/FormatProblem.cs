namespace Lockkeeper.Migrations.Format;

/// <summary>One thing wrong in a migration file.</summary>
/// <param name="Code">The stable code, such as <c>LK1003</c>.</param>
/// <param name="Position">Where it is.</param>
/// <param name="Message">What is wrong, in a sentence.</param>
/// <param name="Remedy">What to do about it, in a sentence.</param>
public sealed record FormatProblem(string Code, SourcePosition Position, string Message, string Remedy)
{
    /// <summary>Code, place, what is wrong and what to do, on one line.</summary>
    public override string ToString() => $"{Code}: {Position}: {Message} {Remedy}";
}
