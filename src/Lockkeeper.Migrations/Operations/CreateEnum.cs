using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Creates an enumerated type, which later operations of the migration may use.</summary>
internal sealed record CreateEnum(Identifier Name, ImmutableArray<string> Values) : Operation
{
    public static OperationKind Kind { get; } = new("create_enum", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        var type = new TableName(context.Schema, Name);
        RefuseTakenName(context, type);
        var create = Statement(type, Values);
        return new OperationPlan
        {
            After = context.Before,
            Types =
            [
                new Step(create, [], "nobody uses it yet") { Undo = new Step($"DROP TYPE IF EXISTS {type}", [], $"take back type {Name}") },
            ],
            Preamble = [create],
        };
    }

    /// <summary>The statement that creates a type.</summary>
    public static string Statement(TableName type, IEnumerable<string> values) =>
        $"CREATE TYPE {type} AS ENUM ({string.Join(", ", values.Select(value => new Literal(value)))})";

    public bool Equals(CreateEnum? other) => other is not null && Name == other.Name && Values.SequenceEqual(other.Values);

    public override int GetHashCode() => HashCode.Combine(Name, Values.Length);

    private static CreateEnum Read(FieldReader reader)
    {
        var operation = new CreateEnum(reader.RequiredName("name"), reader.RequiredTexts("values")) { Source = reader.Source };
        foreach (var value in operation.Values)
        {
            EnumValue.Check(reader, "values", value);
        }

        if (operation.Values.GroupBy(value => value).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            reader.Refuse(reader.PositionOf("values"), $"The value {Shown.Quoted(twice.Key)} stands there twice.", "Remove one of the two.");
        }

        return operation;
    }

    private void RefuseTakenName(PlanningContext context, TableName type)
    {
        var at = Source.Of("name");
        if (context.Ask(new FindRelation(type) { At = at, What = "name" }).Kind is { } kind)
        {
            throw EnumRefusals.TypeExists(at, Name, kind);
        }

        if (context.Ask(new DescribeEnum(Name) { At = at, What = "name" }).Type is not null)
        {
            throw EnumRefusals.TypeExists(at, Name, "type");
        }
    }
}
