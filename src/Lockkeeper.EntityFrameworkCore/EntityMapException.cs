using Microsoft.EntityFrameworkCore.Metadata;

namespace Lockkeeper.EntityFrameworkCore;

/// <summary>The model has something that cannot be written in bulk. Nothing was sent to the database.</summary>
public sealed class EntityMapException : Exception
{
    private EntityMapException(string code, string message)
        : base($"{code}: {message} Nothing was sent to the database.") => Code = code;

    /// <summary>A stable code; docs/errors has one page for each.</summary>
    public string Code { get; }

    internal static EntityMapException NotMapped(Type type, string problem) => new(
        "LK3050", $"{type.Name} cannot be written in bulk: {problem}.");

    internal static EntityMapException SomeHaveValues(IReadOnlyProperty property) => new(
        "LK3051",
        $"Some of the entities have a value for {property.DeclaringType.DisplayName()}.{property.Name} and some leave it to the database's default. Write them as two inputs.");
}
