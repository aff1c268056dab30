using Lockkeeper.Backfill.Execution;
using Npgsql;

namespace Lockkeeper.UnitTests.Backfill.Execution;

public sealed class ChunkErrorsTests
{
    [Theory]
    [InlineData("55P03")] // lock_not_available
    [InlineData("40P01")] // deadlock_detected
    [InlineData("40001")] // a client moved the row to another partition
    public void A_lock_in_the_way_means_locked(string sqlState) =>
        Assert.IsType<ChunkOutcome.Locked>(OutcomeOf(sqlState));

    [Fact]
    public void A_cancelled_statement_was_too_slow() => Assert.IsType<ChunkOutcome.TooSlow>(OutcomeOf("57014"));

    [Theory]
    [InlineData("42P01")] // undefined_table: renamed or dropped
    [InlineData("3F000")] // invalid_schema_name
    public void A_leaf_that_is_not_where_it_was_loses_the_range(string sqlState) =>
        Assert.IsType<ChunkOutcome.RangeLost>(OutcomeOf(sqlState));

    [Theory]
    [InlineData("22P02")] // invalid text representation
    [InlineData("22012")] // division by zero
    [InlineData("23502")] // not null
    [InlineData("23514")] // check
    [InlineData("21000")] // more than one row from a subquery
    [InlineData("P0001")] // raise exception
    [InlineData("54000")] // index row too long
    public void A_value_that_does_not_fit_is_the_rows_fault(string sqlState) =>
        Assert.IsType<ChunkOutcome.RowRefused>(OutcomeOf(sqlState));

    [Theory]
    [InlineData("42703")] // undefined column
    [InlineData("42501")] // insufficient privilege
    [InlineData("53100")] // disk full
    [InlineData("57P01")] // admin shutdown
    [InlineData("25006")] // read only transaction
    public void Anything_else_ends_the_run(string sqlState) => Assert.Null(OutcomeOf(sqlState));

    private static ChunkOutcome? OutcomeOf(string sqlState) =>
        ChunkErrors.OutcomeOf(new PostgresException("message", "ERROR", "ERROR", sqlState));
}
