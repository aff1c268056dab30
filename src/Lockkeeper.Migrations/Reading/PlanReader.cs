using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Npgsql;

namespace Lockkeeper.Migrations.Reading;

/// <summary>Plans a migration, asking the server whatever planning finds that it must know.</summary>
internal static class PlanReader
{
    // A migration of a hundred operations asks a few questions for each.
    private const int MostQuestions = 10_000;

    public static async Task<MigrationPlan> PlanAsync(
        NpgsqlConnection connection,
        Migration migration,
        SchemaSnapshot before,
        MigrationFacts facts,
        CancellationToken cancellationToken)
    {
        var reader = new QuestionReader(connection, before.Schema);
        var answers = Answers.None;
        for (var asked = 0; asked < MostQuestions; asked++)
        {
            var (plan, question) = TryPlan(migration, before, facts, answers);
            if (plan is not null)
            {
                return plan;
            }

            answers = answers.With(question!, await reader.AnswerAsync(question!, cancellationToken).ConfigureAwait(false));
        }

        throw new System.Diagnostics.UnreachableException($"Planning asked {MostQuestions} questions and had another.");
    }

    private static (MigrationPlan? Plan, Question? Question) TryPlan(
        Migration migration, SchemaSnapshot before, MigrationFacts facts, Answers answers)
    {
        try
        {
            return (MigrationPlanner.Plan(migration, before, facts, answers), null);
        }
        catch (OpenQuestionException open)
        {
            return (null, open.Question);
        }
    }
}
