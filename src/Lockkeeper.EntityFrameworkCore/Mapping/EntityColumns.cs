using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Lockkeeper.EntityFrameworkCore.Mapping;

/// <summary>Finds the columns of an entity in the model: its own, those of types that derive from it, of complex properties and of owned parts in the same table.</summary>
internal sealed class EntityColumns(IModel model, Type type)
{
    private readonly IEntityType _entity = Entity(model, type);
    private readonly List<EntityColumn> _columns = [];

    public static (string Schema, string Table) TableOf(IModel model, Type type)
    {
        var entity = Entity(model, type);
        return (entity.GetSchema() ?? model.GetDefaultSchema() ?? "public", entity.GetTableName()!);
    }

    public IReadOnlyList<EntityColumn> Read()
    {
        foreach (var one in _entity.GetDerivedTypesInclusive())
        {
            if (one.GetTableName() != _entity.GetTableName())
            {
                throw EntityMapException.NotMapped(type, "its hierarchy is spread over several tables");
            }

            var isDerived = one != _entity;
            AddProperties(isDerived ? one.GetDeclaredProperties() : one.GetProperties(), entity => entity, isDerived);
            AddParts(one, isDerived ? one.GetDeclaredComplexProperties() : one.GetComplexProperties(), entity => entity, isDerived);
            AddOwned(isDerived ? one.GetDeclaredNavigations() : one.GetNavigations(), entity => entity);
        }

        return _columns;
    }

    private static IEntityType Entity(IModel model, Type type)
    {
        var entity = model.FindEntityType(type) ?? throw EntityMapException.NotMapped(type, "it is not in the model");
        return entity.GetTableName() is null || entity.FindPrimaryKey() is null
            ? throw EntityMapException.NotMapped(type, "it has no table or no primary key")
            : entity;
    }

    private void AddProperties(IEnumerable<IProperty> properties, Func<object, object?> container, bool isOptional)
    {
        var table = StoreObjectIdentifier.Create(_entity, StoreObjectType.Table)!.Value;
        foreach (var property in properties)
        {
            var name = property.GetColumnName(table);
            var isGenerated = property.ValueGenerated is ValueGenerated.OnAddOrUpdate or ValueGenerated.OnUpdate;
            var isKeptByServer = isGenerated && property.IsConcurrencyToken && !property.IsShadowProperty()
                && property.DeclaringType is IEntityType { } holder && !holder.IsOwned();
            if (name is null || (isGenerated && !isKeptByServer)
                || property.GetComputedColumnSql() is not null || _columns.Any(column => column.Name == name))
            {
                continue;
            }

            var isKey = property.IsPrimaryKey() && property.DeclaringType is IEntityType { } owner && !owner.IsOwned();
            var isDrawn = isKey && IsDrawn(property);
            _columns.Add(new EntityColumn
            {
                Property = property,
                Name = name,
                Read = Reader(property, container),
                IsOptional = !isKey && (isOptional || property.IsNullable),
                IsKey = isKey,
                IsDrawn = isDrawn,
                IsKeptByServer = isKeptByServer,
                HasDefault = !isKey && property.ValueGenerated == ValueGenerated.OnAdd,
            });
        }
    }

    private void AddParts(ITypeBase owner, IEnumerable<IComplexProperty> parts, Func<object, object?> container, bool isOptional)
    {
        foreach (var part in parts)
        {
            if (part.IsCollection || part.ComplexType.IsMappedToJson())
            {
                throw EntityMapException.NotMapped(type, $"{owner.DisplayName()}.{part.Name} is kept as JSON");
            }

            var read = Members.Reader(part.GetMemberInfo(forMaterialization: false, forSet: false));
            Func<object, object?> inner = entity => container(entity) is { } outer ? read(outer) : null;
            var maybe = isOptional || part.IsNullable;
            AddProperties(part.ComplexType.GetProperties(), inner, maybe);
            AddParts(part.ComplexType, part.ComplexType.GetComplexProperties(), inner, maybe);
        }
    }

    private void AddOwned(IEnumerable<INavigation> navigations, Func<object, object?> container)
    {
        foreach (var navigation in navigations.Where(n => n.ForeignKey.IsOwnership && !n.IsOnDependent))
        {
            var owned = navigation.TargetEntityType;
            if (owned.IsMappedToJson())
            {
                throw EntityMapException.NotMapped(type, $"{navigation.Name} is kept as JSON");
            }

            if (navigation.IsCollection || owned.GetTableName() != _entity.GetTableName())
            {
                throw EntityMapException.NotMapped(type, $"{navigation.Name} is owned and kept in a table of its own");
            }

            var read = Members.Reader(navigation.GetMemberInfo(forMaterialization: false, forSet: false));
            Func<object, object?> inner = entity => container(entity) is { } outer ? read(outer) : null;
            AddProperties(owned.GetProperties().Where(property => !property.IsPrimaryKey()), inner, isOptional: true);
            AddOwned(owned.GetNavigations(), inner);
        }
    }

    private Func<object, object?> Reader(IProperty property, Func<object, object?> container)
    {
        if (property == _entity.FindDiscriminatorProperty())
        {
            return entity => model.FindEntityType(entity.GetType())?.GetDiscriminatorValue();
        }

        Func<object, object?> own = property.IsShadowProperty()
            ? entity => ShadowValues.Read(entity, property.Name)
            : Through(container, Members.Reader(property.GetMemberInfo(forMaterialization: false, forSet: false)));
        return OverNavigation(property) is { } principal ? entity => principal(entity) ?? own(entity) : own;
    }

    // What an entity points at by navigation has its key by the time it is read, also when that was drawn a moment ago.
    private static Func<object, object?>? OverNavigation(IProperty property)
    {
        var reference = property.GetContainingForeignKeys()
            .FirstOrDefault(key => !key.IsOwnership && key.DependentToPrincipal is { } n && !n.IsShadowProperty());
        if (reference is null)
        {
            return null;
        }

        var place = reference.Properties.ToList().IndexOf(property);
        var target = reference.PrincipalKey.Properties[place];
        if (target.IsShadowProperty())
        {
            return null;
        }

        return Through(
            Members.Reader(reference.DependentToPrincipal!.GetMemberInfo(forMaterialization: false, forSet: false)),
            Members.Reader(target.GetMemberInfo(forMaterialization: false, forSet: false)));
    }

    private static Func<object, object?> Through(Func<object, object?> first, Func<object, object?> then) =>
        entity => first(entity) is { } found ? then(found) : null;

    private static bool IsDrawn(IProperty property) => property.GetValueGenerationStrategy() is
        NpgsqlValueGenerationStrategy.IdentityAlwaysColumn or NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
        or NpgsqlValueGenerationStrategy.SerialColumn;
}
