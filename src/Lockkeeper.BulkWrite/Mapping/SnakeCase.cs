using System.Text;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>The usual name of a column for a property: <c>OrderId</c> is <c>order_id</c>.</summary>
internal static class SnakeCase
{
    /// <summary>The property that a lambda such as <c>x => x.OrderId</c> reads, or null when it does more than that.</summary>
    public static string? PropertyOf(string? lambda)
    {
        var arrow = lambda?.IndexOf("=>", StringComparison.Ordinal) ?? -1;
        if (arrow < 0)
        {
            return null;
        }

        var parameter = lambda!.AsSpan(0, arrow).Trim();
        var body = lambda.AsSpan(arrow + 2).Trim().TrimEnd('!');
        if (!body.StartsWith(parameter, StringComparison.Ordinal) || body.Length <= parameter.Length + 1 || body[parameter.Length] != '.')
        {
            return null;
        }

        var property = body[(parameter.Length + 1)..];
        foreach (var letter in property)
        {
            if (!char.IsLetterOrDigit(letter) && letter != '_')
            {
                return null;
            }
        }

        return property.ToString();
    }

    public static string Of(string property)
    {
        var name = new StringBuilder(property.Length + 4);
        for (var i = 0; i < property.Length; i++)
        {
            if (i > 0 && char.IsUpper(property[i]) && property[i - 1] != '_'
                && (!char.IsUpper(property[i - 1]) || (i + 1 < property.Length && char.IsLower(property[i + 1]))))
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(property[i]));
        }

        return name.ToString();
    }
}
