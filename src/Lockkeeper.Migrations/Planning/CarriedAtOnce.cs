using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning.Dependents;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Brings to a column's copy the exclusion constraints and the deferrable unique constraints that the column has.</summary>
/// <remarks>
/// No index that was built before becomes an exclusion constraint (manual, ALTER TABLE, ADD table_constraint_using_index), and one that becomes a
/// deferrable constraint would be checked at once until then: transactions that make rows equal for a moment would fail. So the constraint itself is added
/// when the copy is, while all its values are null, and every row is read under that lock. That is done where there is next to nothing to read, and
/// refused elsewhere.
/// </remarks>
internal sealed class CarriedAtOnce
{
    // Without indexes: those that are there are not read, and grow with every update. With 9,000 rows of some 60 bytes it took 19 ms for a GiST index over an
    // integer and a copy that is null, 4 ms for a unique one; with 50,000 rows 790 ms and 102 ms (PostgreSQL 15, on two busy cores).
    private const long MostBytesRead = 1 << 20;

    private readonly PlanningContext _context;
    private readonly NewColumn _parts;
    private readonly TableSnapshot _table;
    private readonly ImmutableArray<ConstraintSnapshot> _all;
    private readonly ImmutableArray<Server.Compiling.RewrittenDefinition> _stored;
    private readonly ImmutableArray<Server.Compiling.RewrittenDefinition> _final;

    public CarriedAtOnce(
        PlanningContext context,
        NewColumn parts,
        TableSnapshot table,
        ColumnSnapshot old,
        ImmutableArray<ConstraintSnapshot> constraints,
        SourcePosition at)
    {
        (_context, _parts, _table) = (context, parts, table);
        _all = [.. constraints.Where(c => c.Kind == ConstraintKind.Exclusion || c.Key is { Deferrable: true })];
        if (_all.IsEmpty)
        {
            (_stored, _final) = ([], []);
            return;
        }

        Refuse(old, at);
        _stored = Ask(parts.After, old, at);
        _final = Ask(parts.FinalRow, old, at);
    }

    /// <summary>In sentences.</summary>
    public IEnumerable<string> Notes =>
        _all.Select(c => $"For constraint {c.Name}, which can only be built under the lock that adds the copy, every row of {_table.Name} is read while all clients wait.");

    /// <summary>Whether an index is that of one of the constraints.</summary>
    public bool Has(IndexSnapshot index) => index.BelongsToConstraint && _all.Any(c => c.Name == index.Name);

    /// <summary>When the copy is added.</summary>
    /// <param name="copyOf">The name of a constraint until completion.</param>
    public void BeforeSwap(Func<Identifier, Identifier> copyOf)
    {
        foreach (var (constraint, i) in _all.Select((constraint, i) => (constraint, i)))
        {
            _parts.AddExpand(new Step(
                $"ALTER TABLE {_parts.Stored} ADD CONSTRAINT {copyOf(constraint.Name)} {_stored[i].Definition}",
                (constraint.Kind == ConstraintKind.Unique ? CommandLocks.AddUnique : CommandLocks.AddExclusion).On(_parts.Stored),
                $"the copy obeys {constraint.Name} too; while it holds only nulls, its index is soon built")
            {
                Effect = StepEffect.Scans,
                Undo = Ddl.TakeBackConstraint(_parts.Stored, copyOf(constraint.Name)),
            });
        }
    }

    /// <summary>In the swap, before the old column is dropped: one that has it in a predicate only would not go with it (DROP COLUMN without CASCADE).</summary>
    public void LetGo()
    {
        foreach (var constraint in _all)
        {
            _parts.AddSwap(Ddl.DropConstraint(_parts.Named, constraint.Name, "what was made for the copy takes its place"));
        }
    }

    /// <summary>In the swap, when the copy has its name.</summary>
    /// <param name="copyOf">The name of a constraint until completion.</param>
    public void AfterRename(Func<Identifier, Identifier> copyOf)
    {
        foreach (var (constraint, i) in _all.Select((constraint, i) => (constraint, i)))
        {
            _parts.AddSwap(Ddl.RenameConstraint(_parts.Named, copyOf(constraint.Name), constraint.Name));
            foreach (var column in _parts.After.Columns.Where(c => c.StoredAs != c.Name && _stored[i].Index!.IndexColumns.Contains(c.Name)))
            {
                _parts.AddSwap(Ddl.RenameIndexColumn(new TableName(_context.Schema, constraint.Name), column.StoredAs, column.Name));
            }

            if (constraint.Comment is not null)
            {
                _parts.AddSwap(Ddl.CommentOnConstraint(_parts.Named, constraint.Name, constraint.Comment));
            }

            AddResult(constraint, _final[i]);
        }
    }

    private void AddResult(ConstraintSnapshot constraint, Server.Compiling.RewrittenDefinition final)
    {
        _parts.AddResult(constraint.Key is null ? constraint with { Columns = final.Columns, Definition = final.Definition } : constraint);
        foreach (var index in _table.Indexes.Where(i => i.BelongsToConstraint && i.Name == constraint.Name))
        {
            _parts.AddResult(index with { Columns = final.Index!.Columns, Definition = final.Index.Definition });
            if (index.Comment is not null)
            {
                _parts.AddSwap(Ddl.CommentOnIndex(new TableName(_context.Schema, index.Name), index.Comment));
            }
        }
    }

    private ImmutableArray<Server.Compiling.RewrittenDefinition> Ask(TableSnapshot row, ColumnSnapshot old, SourcePosition at) =>
        _context.Ask(new RewriteDefinitions(row)
        {
            At = at,
            What = "type",
            CarriedOver = $"Constraint on column {old.Name}",
            Checks = [.. _all.Select(c => c.Definition)],
        }).Checks;

    private void Refuse(ColumnSnapshot old, SourcePosition at)
    {
        if (_all.FirstOrDefault(c => c.Kind == ConstraintKind.PrimaryKey) is { } key)
        {
            throw Refusals.NotSupported(
                at, $"Primary key {key.Name} is deferrable, and its copy would be checked at once until completion: transactions that make rows equal "
                + "for a moment would fail.",
                "Make it not deferrable in an earlier migration.");
        }

        _table.RefusePartitionedIndex(at);
        if (_context.Ask(new MeasureTable(_context.Stored(_table)) { At = at, What = "table" }).Heap > MostBytesRead)
        {
            throw DependentRefusals.BuiltUnderLock(at, _all[0].Name, old.Name, _table.Name);
        }
    }
}
