using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Adds a value to an enumerated type at start. PostgreSQL cannot take it away again, so rolling back leaves it.</summary>
internal sealed record AddEnumValue(Identifier Type, string Value) : Operation
{
    public static OperationKind Kind { get; } = new("add_enum_value", Read);

    public string? Before { get; init; }

    public string? After { get; init; }

    private string Place => this switch
    {
        { Before: { } before } => $" BEFORE {new Literal(before)}",
        { After: { } after } => $" AFTER {new Literal(after)}",
        _ => "",
    };

    public override OperationPlan Plan(PlanningContext context)
    {
        var type = new TableName(context.Schema, Type);
        var found = context.Enum(Type, Source.Of("type"));
        RefuseUnknown(found.Values, Before, "before");
        RefuseUnknown(found.Values, After, "after");
        if (found.Values.Contains(Value))
        {
            // So it is when the migration was rolled back and is started again.
            return new OperationPlan { After = context.Before, Notes = [$"Type {Type} has the value {new Literal(Value)} already: nothing is added."] };
        }

        return new OperationPlan
        {
            After = context.Before,
            Values =
            [
                new Step($"ALTER TYPE {type} ADD VALUE IF NOT EXISTS {new Literal(Value)}{Place}", [], $"add the value {new Literal(Value)}"),
            ],
            Preamble = Anew(context, type, found.Values),
            Notes =
            [
                $"The value {new Literal(Value)} of type {Type} is for both versions: the old one reads it as soon as the new one writes it. "
                + "Rolling back leaves it, because PostgreSQL cannot take it away.",
            ],
        };
    }

    private static AddEnumValue Read(FieldReader reader)
    {
        var operation = new AddEnumValue(reader.RequiredName("type"), reader.RequiredText("value"))
        {
            Before = reader.OptionalText("before"),
            After = reader.OptionalText("after"),
            Source = reader.Source,
        };
        EnumValue.Check(reader, "value", operation.Value);
        if (operation is { Before: not null, After: not null })
        {
            reader.Refuse(reader.At, "The value stands either before another or after one.", "Keep \"before\" or \"after\".");
        }

        return operation;
    }

    // The server lets no transaction use a value that it added itself, except to a type that it made itself (manual, ALTER TYPE).
    private ImmutableArray<string> Anew(PlanningContext context, TableName type, ImmutableArray<string> values)
    {
        var place = Before is not null ? values.IndexOf(Before) : After is not null ? values.IndexOf(After) + 1 : values.Length;
        var aside = new Identifier($"lockkeeper_aside_{context.Preamble.Length}");
        return [$"ALTER TYPE {type} RENAME TO {aside}", CreateEnum.Statement(type, values.Insert(place, Value))];
    }

    private void RefuseUnknown(ImmutableArray<string> values, string? value, string field)
    {
        if (value is not null && !values.Contains(value))
        {
            throw EnumRefusals.NoSuchValue(Source.Of(field), Type, value);
        }
    }
}
