using Lockkeeper.Backfill;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.State;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.UnitTests.Migrations.State;

public sealed class StateJsonTests
{
    private static readonly TableName Table = new(new Identifier("My \"Schema\""), new Identifier("Order"));

    [Fact]
    public void A_plan_of_all_kinds_of_stage_is_read_back_as_it_was_written()
    {
        var plan = new MigrationPlan("02_x", Table.Schema, new Identifier("v"))
        {
            Start =
            [
                new TransactionStage("a", [StepOf("one"), StepOf("two") with { Undo = StepOf("undo") }]),
                new StatementStage("b", StepOf("three") with { Effect = StepEffect.Scans, BuildsIndex = Table, Undo = StepOf("drop") with { DropsIndex = Table } }),
                new BackfillStage("c", new BackfillJob
                {
                    Name = "j", Table = Table, Marker = new Identifier("m"), Assignments = [new BackfillAssignment(new Identifier("c"), "1")],
                }),
                new UserSqlStage("d", "SELECT 'é\n'"),
                new VersionStage("e", new Identifier("v")),
                new DropMadeStage("h", 3),
            ],
            Complete =
            [
                new TransactionStage("g", [])
                {
                    Carried =
                    [
                        new CarriedColumn(Table, new Identifier("c"), [new CarriedObject("view v", ["one", "two"])])
                        {
                            Made = [new Identifier("m")], VersionSchemas = [new Identifier("v")],
                        },
                    ],
                },
            ],
            Rollback = [new TransactionStage("f", [])],
            After = Schema,
            Notes = ["note"],
        };

        Assert.Equal(plan, StateJson.Plan(StateJson.Of(plan)));
        Assert.Equal(typeof(Stage).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(Stage))), plan.Start.Length);
    }

    [Fact]
    public void A_schema_is_read_back_as_it_was_written() => Assert.Equal(Schema, StateJson.Schema(StateJson.Of(Schema)));

    [Fact]
    public void A_plan_of_an_earlier_release_puts_nothing_back_that_it_compares()
    {
        var plan = new MigrationPlan("02_x", Table.Schema, new Identifier("v")) { Start = [], Complete = [new TransactionStage("a", [])], Rollback = [] };
        var written = StateJson.Of(plan);

        Assert.Equal(plan, StateJson.Plan(written.Replace(",\"carried\":[]", "", StringComparison.Ordinal)));
        Assert.Contains(",\"carried\":[]", written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_knows_no_outcome_stays_so()
    {
        var plan = new MigrationPlan("02_x", Table.Schema, new Identifier("v")) { Start = [], Complete = [], Rollback = [] };

        Assert.Equal(plan, StateJson.Plan(StateJson.Of(plan)));
    }

    private static SchemaSnapshot Schema => new SchemaSnapshot(Table.Schema, SchemaSnapshot.NoTables)
    {
        Grants = [new Grant(null, "USAGE", false), new Grant(new Identifier("r"), "USAGE", true)],
    }
    .With(new TableSnapshot(new Identifier("zebra"), []))
    .With(new TableSnapshot(Table.Name,
        [
            new ColumnSnapshot(new Identifier("a"), "integer", false)
            {
                StoredAs = new Identifier("_a"), Default = "1", Identity = ColumnIdentity.Always, Generated = "x", Collation = "\"C\"", Comment = "c",
                OwnedSequence = Table,
            },
        ])
    {
        StoredAs = new Identifier("stored"),
        IsPartitioned = true,
        UsesInheritance = true,
        Comment = "c",
        Constraints =
        [
            ConstraintSnapshot.Of(new Identifier("f"), [new Identifier("a")], new ForeignKey(Table, [new Identifier("b")])
            {
                Match = "FULL", OnDelete = "CASCADE", OnUpdate = "SET NULL", OnDeleteColumns = [new Identifier("a")], Deferrable = true, InitiallyDeferred = true,
            }) with { Validated = false },
            ConstraintSnapshot.Of(new Identifier("k"), new KeyConstraint(ConstraintKind.Unique, [new Identifier("a")])
            {
                Include = [new Identifier("b")], NullsNotDistinct = true, Deferrable = true, InitiallyDeferred = true,
            }),
        ],
        Indexes = [new IndexSnapshot(new Identifier("i"), true, "USING btree (a)", [new Identifier("a")]) { Valid = false, BelongsToConstraint = true }],
        Triggers = [new TriggerSnapshot(new Identifier("t"), "CREATE TRIGGER", 'A')],
        Dependents = [new ColumnDependent(new Identifier("a"), "view", "v", new Identifier("s")), new ColumnDependent(new Identifier("a"), "policy", "p", null)],
        Grants = [new Grant(new Identifier("r"), "SELECT", false)],
    });

    private static Step StepOf(string sql) => new(sql, [new TableLock(Table, LockMode.AccessExclusive)], "why");
}
