using System.Linq.Expressions;
using System.Reflection;

namespace Lockkeeper.EntityFrameworkCore.Mapping;

/// <summary>Reads and writes members of entities.</summary>
internal static class Members
{
    /// <summary>A reader that gives null for an object of another type.</summary>
    public static Func<object, object?> Reader(MemberInfo member)
    {
        var instance = Expression.Parameter(typeof(object));
        var read = Expression.Convert(
            Expression.MakeMemberAccess(Expression.Convert(instance, member.DeclaringType!), member), typeof(object));
        return Expression.Lambda<Func<object, object?>>(
            Expression.Condition(Expression.TypeIs(instance, member.DeclaringType!), read, Expression.Constant(null)), instance).Compile();
    }

    public static void Write(MemberInfo member, object entity, object? value)
    {
        if (member is PropertyInfo property)
        {
            property.SetValue(entity, value);
        }
        else
        {
            ((FieldInfo)member).SetValue(entity, value);
        }
    }
}
