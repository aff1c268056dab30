using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Why an enumerated type is left alone.</summary>
internal static class EnumRefusals
{
    public static InvalidMigrationException TypeExists(SourcePosition at, Identifier type, string kind) => new(
        "LK1137", at, $"The type {type} cannot be created: there is a {kind} of that name already.",
        "Choose another name; every table has a type of its own name too.");

    public static InvalidMigrationException NoSuchEnum(SourcePosition at, Identifier schema, Identifier type) => new(
        "LK1138", at, $"Schema {schema} has no enumerated type {type}.", "Correct the name.");

    public static InvalidMigrationException NoSuchValue(SourcePosition at, Identifier type, string value) => new(
        "LK1139", at, $"Type {type} has no value {new Literal(value)}.", "Correct the value.");

    public static InvalidMigrationException ValueExists(SourcePosition at, Identifier type, string value) => new(
        "LK1140", at, $"Type {type} has a value {new Literal(value)} already.", "Choose another.");

    public static InvalidMigrationException NotOwner(SourcePosition at, Identifier type) => new(
        "LK1141", at, $"Only the owner of type {type} may change it, and this role is not.",
        "Run as its owner or a member of that role (--role).");
}
