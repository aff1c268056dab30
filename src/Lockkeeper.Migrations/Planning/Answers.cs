using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What the server has answered so far. Never changes; an answer makes a new one.</summary>
internal sealed class Answers
{
    private readonly ImmutableDictionary<Question, object> _known;

    private Answers(ImmutableDictionary<Question, object> known) => _known = known;

    public static Answers None { get; } = new(ImmutableDictionary<Question, object>.Empty);

    public Answers With(Question question, object answer) => new(_known.SetItem(question, answer));

    /// <summary>The answer, if it is known.</summary>
    /// <exception cref="OpenQuestionException">It is not known: ask, and plan again.</exception>
    public TAnswer To<TAnswer>(Question<TAnswer> question)
        where TAnswer : class =>
        _known.TryGetValue(question, out var answer) ? (TAnswer)answer : throw new OpenQuestionException(question);
}
