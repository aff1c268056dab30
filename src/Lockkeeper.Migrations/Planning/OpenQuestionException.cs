namespace Lockkeeper.Migrations.Planning;

/// <summary>Planning stopped at a question whose answer is not at hand yet. Never leaves the library.</summary>
internal sealed class OpenQuestionException(Question question) : Exception
{
    public Question Question => question;
}
