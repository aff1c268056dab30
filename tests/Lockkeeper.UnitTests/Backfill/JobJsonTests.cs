using Lockkeeper.Backfill;
using Lockkeeper.Backfill.State;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.UnitTests.Backfill;

public sealed class JobJsonTests
{
    private static readonly BackfillJob Job = new()
    {
        Name = "a job",
        Table = new TableName(new Identifier("shop"), new Identifier("order \"items\"")),
        Assignments = [new(new Identifier("select"), "upper(lockkeeper_row.a)"), new(new Identifier("n"), "1")],
    };

    [Fact]
    public void A_job_with_a_marker_is_read_as_it_was_written()
    {
        var job = Job with { Marker = new Identifier("Pending") };

        Assert.Equal(job, JobJson.Read(JobJson.Write(job)));
        Assert.DoesNotContain("\"condition\"", JobJson.Write(job), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_with_a_condition_is_read_as_it_was_written()
    {
        var job = Job with { Condition = "lockkeeper_row.a IS NULL" };

        Assert.Equal(job, JobJson.Read(JobJson.Write(job)));

        // The state tables are asked for this key.
        Assert.Contains("\"condition\":", JobJson.Write(job), StringComparison.Ordinal);
    }
}
