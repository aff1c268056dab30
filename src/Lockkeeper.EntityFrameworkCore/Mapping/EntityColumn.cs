using Microsoft.EntityFrameworkCore.Metadata;

namespace Lockkeeper.EntityFrameworkCore.Mapping;

/// <summary>A column of an entity: where its value is and how it is stored.</summary>
internal sealed class EntityColumn
{
    public required IProperty Property { get; init; }

    public required string Name { get; init; }

    /// <summary>Reads the property out of an entity, as the property's own type.</summary>
    public required Func<object, object?> Read { get; init; }

    /// <summary>Whether the value may be missing: of a nullable property, an owned part that is not there, or another type of the hierarchy.</summary>
    public bool IsOptional { get; init; }

    public bool IsKey { get; init; }

    /// <summary>Whether the key comes from the column's own sequence.</summary>
    public bool IsDrawn { get; init; }

    /// <summary>Whether the database fills it in when a row is inserted without a value.</summary>
    public bool HasDefault { get; init; }

    /// <summary>Whether the server keeps it and the entity only knows what it was: <c>xmin</c>, or a token that a trigger or a default makes.</summary>
    public bool IsKeptByServer { get; init; }

    /// <summary>Whether it is a number that the application would count up with every change.</summary>
    public bool IsCountedUp => Property is { IsConcurrencyToken: true } && !IsKey && !IsKeptByServer && !IsOptional && !Property.IsShadowProperty()
        && Property.GetTypeMapping().Converter is null && Property.DeclaringType is IEntityType { } holder && !holder.IsOwned()
        && (Property.ClrType == typeof(int) || Property.ClrType == typeof(long) || Property.ClrType == typeof(short));

    /// <summary>The type that is sent.</summary>
    public Type SentType
    {
        get
        {
            var type = Property.GetTypeMapping().Converter?.ProviderClrType ?? Property.ClrType;
            return IsOptional && type.IsValueType && Nullable.GetUnderlyingType(type) is null ? typeof(Nullable<>).MakeGenericType(type) : type;
        }
    }

    public bool IsSentinel(object entity) => Equals(Read(entity), Property.Sentinel);

    /// <summary>Writes a token that was read back into an entity.</summary>
    public void PutToken(object entity, object? token)
    {
        var value = Property.GetTypeMapping().Converter is { } converter ? converter.ConvertFromProvider(token) : token;
        Members.Write(Property.GetMemberInfo(forMaterialization: true, forSet: true), entity, value);
    }

    public object? Sent(object entity)
    {
        var value = Read(entity);
        return Property.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value;
    }

    /// <summary>Writes a drawn number into an entity.</summary>
    public void Put(object entity, long drawn)
    {
        var type = Property.GetTypeMapping().Converter?.ProviderClrType ?? Property.ClrType;
        object? value = Convert.ChangeType(drawn, Nullable.GetUnderlyingType(type) ?? type, System.Globalization.CultureInfo.InvariantCulture);
        value = Property.GetTypeMapping().Converter is { } converter ? converter.ConvertFromProvider(value) : value;
        Members.Write(Property.GetMemberInfo(forMaterialization: true, forSet: true), entity, value);
    }
}
