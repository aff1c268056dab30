using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>A replica identity as a migration file describes it.</summary>
internal sealed record IdentityFields(string Kind, Identifier? Index)
{
    public const string Nothing = "NOTHING";

    public const string Default = "DEFAULT";

    public const string Full = "FULL";

    private const string UsingIndex = "USING INDEX";

    private static readonly Choices<string> Kinds = Choices<string>.IgnoringCase(
        ("nothing", Nothing), ("default", Default), ("full", Full), ("index", UsingIndex));

    /// <summary>What follows REPLICA IDENTITY.</summary>
    public string Definition => Index is { } index ? $"{Kind} {index}" : Kind;

    public static IdentityFields Read(FieldReader reader)
    {
        var kind = reader.RequiredChoice("type", Kinds);
        // The format of pgroll's asks for the field always; it is then empty text where there is no index.
        var named = reader.OptionalText("index") is { Length: > 0 };
        var index = named ? reader.OptionalName("index") : null;
        if (reader.Has("type") && kind == UsingIndex != named)
        {
            reader.Refuse(
                reader.At, $"{reader.Path} names an index exactly when its type is \"index\".", "Add \"index\", or leave it out.");
        }

        return new IdentityFields(kind, kind == UsingIndex ? index : null);
    }
}
