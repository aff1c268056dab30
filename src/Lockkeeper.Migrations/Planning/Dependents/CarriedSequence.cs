using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>What counts for a column counts on for its copy: the sequence of a serial column goes over, that of an identity column is made again.</summary>
/// <remarks>
/// The server keeps an identity's sequence with its column for good: it refuses to give it to another (ALTER SEQUENCE ... OWNED BY, sequence.c), and drops
/// it with the identity. So the copy becomes an identity column with a sequence of the same name, which takes over how the old one counts, how far it
/// has come, its privileges and its comment. Nobody can take a number meanwhile: the table is locked, and altering
/// the old sequence keeps those out who call nextval by its name.
/// </remarks>
internal sealed class CarriedSequence
{
    private const string Value = "'lockkeeper.sequence_value'";
    private const string Called = "'lockkeeper.sequence_called'";

    private static readonly string[] Integers = ["smallint", "integer", "bigint"];

    private readonly NewColumn _parts;
    private readonly ColumnSnapshot _old;
    private readonly FoundSequence? _found;

    public CarriedSequence(PlanningContext context, NewColumn parts, ColumnSnapshot old, SourcePosition at)
    {
        (_parts, _old) = (parts, old);
        _found = old.OwnedSequence is { } sequence && (IsIdentity || Widens(parts.Column.Type, old.Type))
            ? context.Ask(new DescribeSequence(sequence) { At = at, What = "column" })
            : null;
        if (IsIdentity)
        {
            Refuse(at);
        }
    }

    public IEnumerable<string> Notes => (IsIdentity, WidensSequence) switch
    {
        (true, _) =>
        [
            $"Sequence {_old.OwnedSequence} of identity column {_old.Name} is made again on completion, and counts on: whoever calls nextval on it by name in that "
            + "moment is refused once. Until then, the new version may also set the column itself.",
        ],
        (_, true) => [$"Sequence {_old.OwnedSequence} of column {_old.Name} becomes {_parts.Column.Type} with it."],
        _ => [],
    };

    private bool IsIdentity => _old.Identity != ColumnIdentity.None;

    private bool WidensSequence => !IsIdentity && _found is not null && _found.Type == _old.Type;

    /// <summary>In the swap, before the old column goes: an identity's sequence goes with it.</summary>
    public void Remember()
    {
        if (IsIdentity)
        {
            var sequence = _old.OwnedSequence!.Value;
            _parts.AddSwap(new Step($"ALTER SEQUENCE {sequence} NO CYCLE", [], "nobody takes a number from the old sequence any more"));
            _parts.AddSwap(new Step(
                $"SELECT pg_catalog.set_config({Value}, last_value::text, true), pg_catalog.set_config({Called}, is_called::text, true) FROM {sequence}",
                [],
                "how far the old sequence has come"));
        }
    }

    /// <summary>In the swap, once the old column is gone and the copy takes no nulls.</summary>
    public void TakeOver()
    {
        if (!IsIdentity)
        {
            return;
        }

        var (table, sequence) = (_parts.Named, _old.OwnedSequence!.Value);
        var always = _old.Identity == ColumnIdentity.Always ? "ALWAYS" : "BY DEFAULT";
        _parts.AddSwap(new Step(
            $"ALTER TABLE {table} ALTER COLUMN {_parts.Column.Name} ADD GENERATED {always} AS IDENTITY (SEQUENCE NAME {sequence} {_found!.Options})",
            CommandLocks.AddIdentity.On(table),
            "the changed column is an identity column too"));
        _parts.AddSwap(new Step(
            $"SELECT pg_catalog.setval({new Literal(sequence.ToString())}::pg_catalog.regclass, pg_catalog.current_setting({Value}, true)::bigint, "
            + $"pg_catalog.current_setting({Called}, true)::boolean)",
            [],
            "the sequence counts on from where the old one was"));
        foreach (var statement in _found.Belongings)
        {
            _parts.AddSwap(new Step(statement, [], "what belonged to the old sequence"));
        }
    }

    /// <summary>Before the old column goes: a sequence that was only given to it would go along.</summary>
    public void Give(Identifier column)
    {
        if (IsIdentity || _old.OwnedSequence is not { } sequence)
        {
            return;
        }

        _parts.AddSwap(new Step(
            $"ALTER SEQUENCE {sequence} OWNED BY {_parts.Named}.{column}",
            CommandLocks.OwnSequence.On(_parts.Named),
            "the sequence stays when the old column goes"));
        if (WidensSequence)
        {
            _parts.AddSwap(new Step($"ALTER SEQUENCE {sequence} AS {_parts.Column.Type}", [], "the sequence counts as far as the column can hold"));
        }
    }

    private void Refuse(SourcePosition at)
    {
        if (!Integers.Contains(_parts.Column.Type))
        {
            throw DependentRefusals.IdentityDoesNotFit(at, _old.Name, $"{_parts.Column.Type} is no type for an identity");
        }

        if (_parts.Column.Nullable)
        {
            throw DependentRefusals.IdentityDoesNotFit(at, _old.Name, "an identity takes no nulls");
        }

        if (_found is null or { Users: [_, ..] })
        {
            throw DependentRefusals.IdentityDoesNotFit(
                at, _old.Name, $"its sequence cannot be kept, and is used by {string.Join(", ", _found?.Users ?? ["somebody"])} too");
        }

        if (ReservedNames.IsNew(_old))
        {
            throw DependentRefusals.IdentityDoesNotFit(at, _old.Name, "it is changed twice in this migration; say it all in one alter_column");
        }
    }

    private static bool Widens(string type, string from) => Array.IndexOf(Integers, from) >= 0 && Array.IndexOf(Integers, type) > Array.IndexOf(Integers, from);
}
