using Lockkeeper.Backfill;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.UnitTests.Backfill;

public sealed class BackfillJobTests
{
    [Fact]
    public void Two_jobs_with_equal_assignments_are_equal()
    {
        Assert.Equal(Job("lower(lockkeeper_row.a)"), Job("lower(lockkeeper_row.a)"));
        Assert.Equal(Job("1").GetHashCode(), Job("1").GetHashCode());
    }

    [Fact]
    public void Another_expression_makes_another_job() => Assert.NotEqual(Job("1"), Job("2"));

    private static BackfillJob Job(string expression) => new()
    {
        Name = "public/02_add_note/orders",
        Table = new TableName(new Identifier("public"), new Identifier("orders")),
        Marker = new Identifier("pending"),
        Assignments = [new BackfillAssignment(new Identifier("note"), expression)],
    };
}
