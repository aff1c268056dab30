using Lockkeeper.Backfill;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.CliTests.Output.Plans;

/// <summary>A plan with a stage of each kind and a step of each effect.</summary>
internal static class Plans
{
    private static readonly TableName Orders = new(new Identifier("public"), new Identifier("orders"));
    private static readonly TableName Customers = new(new Identifier("public"), new Identifier("odd [name]"));

    public static MigrationPlan Example { get; } =
        new("02_add_note", new Identifier("public"), new Identifier("public_02_add_note"))
        {
            Notes = ["The column [note] is new."],
            Start =
            [
                new TransactionStage(
                    "extend table orders",
                    [
                        new Step("""ALTER TABLE "public"."orders" ADD COLUMN "note" text""", [new TableLock(Orders, LockMode.AccessExclusive)], "the new column"),
                        new Step("CREATE FUNCTION f() RETURNS trigger\nLANGUAGE plpgsql AS $$\n    BEGIN RETURN NEW; END\n$$", [], "carries over"),
                        new Step("ALTER TABLE x ADD FOREIGN KEY (y) REFERENCES z", [new TableLock(Orders, LockMode.ShareRowExclusive), new TableLock(Customers, LockMode.ShareRowExclusive)], "the reference")
                        {
                            Undo = new Step("ALTER TABLE x DROP CONSTRAINT y", [], "take it back"),
                        },
                    ]),
                new BackfillStage("fill the rows of orders", new BackfillJob
                {
                    Name = "job",
                    Table = Orders,
                    Marker = new Identifier("m"),
                    Assignments = [new BackfillAssignment(new Identifier("note"), "upper(lockkeeper_row.customer[1])")],
                }),
                new StatementStage("build the index", new Step("CREATE INDEX CONCURRENTLY i ON orders (note)", [new TableLock(Orders, LockMode.ShareUpdateExclusive)], "the index") { Effect = StepEffect.Scans }),
                new VersionStage("show the new version", new Identifier("public_02_add_note")),
            ],
            Complete =
            [
                new UserSqlStage("run the user's SQL", "UPDATE settings\nSET done = true"),
                new TransactionStage("swap", [new Step("ALTER TABLE orders ALTER COLUMN qty TYPE bigint", [new TableLock(Orders, LockMode.AccessExclusive)], "the type") { Effect = StepEffect.Rewrites }]),
            ],
            Rollback = [],
            After = new SchemaSnapshot(new Identifier("public"), SchemaSnapshot.NoTables).With(OrdersAfter()),
        };
    private static TableSnapshot OrdersAfter()
    {
        var (id, note, customer) = (new Identifier("id"), new Identifier("note"), new Identifier("customer"));
        return new TableSnapshot(
            Orders.Name,
            [
                new ColumnSnapshot(id, "bigint", false) { Identity = ColumnIdentity.ByDefault },
                new ColumnSnapshot(note, "text", true) { Default = "'none'::text", Collation = "\"C\"", Comment = "it's new" },
                new ColumnSnapshot(new Identifier("loud"), "text", true) { Generated = "upper(note)" },
            ])
        {
            Comment = "what was ordered",
            Constraints =
            [
                ConstraintSnapshot.Of(new Identifier("orders_pkey"), new KeyConstraint(ConstraintKind.PrimaryKey, [id])),
                ConstraintSnapshot.Of(new Identifier("orders_note_fkey"), [note], new ForeignKey(Customers, [customer])) with { Validated = false },
            ],
            Indexes = [new IndexSnapshot(new Identifier("orders_pkey"), true, "USING btree (id)", [id]) { BelongsToConstraint = true }],
        };
    }
}
