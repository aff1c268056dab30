using System.Text.RegularExpressions;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Sessions;

/// <summary>Reads how to reach a server from whatever form a user has it in.</summary>
public static partial class ConnectionText
{
    /// <summary>Reads a URL, a libpq key=value string or an Npgsql connection string; what it leaves out comes from libpq's environment.</summary>
    /// <param name="text">The text; it may hold a password and is never repeated in a message.</param>
    /// <exception cref="FormatException">It is none of the three, or names a parameter that is not known.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text) =>
        Parse(text, new ConnectionDefaults(Environment.GetEnvironmentVariable, File.Exists));

    /// <summary>Names a connection for a message: user, hosts and database, never a password.</summary>
    /// <param name="settings">The connection.</param>
    public static string Describe(NpgsqlConnectionStringBuilder settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var user = settings.Username is { Length: > 0 } name ? $"{name}@" : "";
        var database = settings.Database is { Length: > 0 } named ? $"/{named}" : "";
        return $"{user}{HostList.Describe(settings.Host ?? "", settings.Port)}{database}";
    }

    /// <summary>The same connection in the same form, whose sessions find the schema's tables by their names alone.</summary>
    /// <param name="text">The text, in any of the three forms. What it holds besides, a password as well, stays as it is.</param>
    /// <param name="schema">The schema.</param>
    /// <exception cref="FormatException">The text cannot be read.</exception>
    public static string WithSearchPath(string text, Identifier schema)
    {
        _ = Parse(text);
        return ConnectionUrl.IsUrl(text)
            ? ConnectionUrl.WithOption(text, schema)
            : LooksLikeNpgsql(text)
                ? new NpgsqlConnectionStringBuilder(text) { SearchPath = SessionOption.Quoted(schema) }.ConnectionString
                : $"{text} {KeyValueText.Of("options", SessionOption.Added(KeyValueText.Read(text).GetValueOrDefault("options"), schema))}";
    }

    /// <summary>The same connection in the same form, for somebody who has not the libpq variables of here: what they say of server, database and user is in it.</summary>
    /// <param name="text">The text, in any of the three forms. A password that is not in it is not added.</param>
    /// <exception cref="FormatException">The text cannot be read.</exception>
    public static string WithoutEnvironment(string text) =>
        WithoutEnvironment(text, new ConnectionDefaults(Environment.GetEnvironmentVariable, File.Exists));

    internal static string WithoutEnvironment(string text, ConnectionDefaults defaults)
    {
        var settings = Parse(text, defaults);
        if (ConnectionUrl.IsUrl(text) || !LooksLikeNpgsql(text))
        {
            return WithDefaults(text, defaults);
        }

        var complete = new NpgsqlConnectionStringBuilder(text);
        if (string.IsNullOrEmpty(complete.Host) && defaults.HasHost)
        {
            (complete.Host, complete.Port) = (settings.Host, settings.Port);
        }

        complete.Username ??= defaults.User;
        complete.Database ??= settings.Database;
        complete.SslMode = settings.SslMode;
        return complete.ConnectionString;
    }

    private static string WithDefaults(string text, ConnectionDefaults defaults) => ConnectionUrl.IsUrl(text)
        ? defaults.MissingIn(ConnectionUrl.Read(text)) is { Count: > 0 } ofUrl ? ConnectionUrl.With(text, ofUrl) : text
        : string.Join(' ', defaults.MissingIn(KeyValueText.Read(text)).Select(pair => KeyValueText.Of(pair.Key, pair.Value)).Prepend(text.Trim())).Trim();

    internal static NpgsqlConnectionStringBuilder Parse(string text, ConnectionDefaults defaults)
    {
        ArgumentNullException.ThrowIfNull(text);
        var settings = ConnectionUrl.IsUrl(text)
            ? LibpqParameters.Apply(ConnectionUrl.Read(text), defaults)
            : LooksLikeNpgsql(text) ? NpgsqlText(text) : LibpqParameters.Apply(KeyValueText.Read(text), defaults);
        defaults.FillIn(settings);
        return settings;
    }

    // libpq separates by blanks and knows no semicolon; Npgsql separates by semicolons. A name with a capital or a blank is Npgsql's too.
    private static bool LooksLikeNpgsql(string text) =>
        (SemicolonThenName().Match(text) is { Success: true } match && IsNpgsqlKeyword(match.Groups["name"].Value))
        || (FirstName().Match(text) is { Success: true } first && !LibpqParameters.Knows(first.Groups["name"].Value)
            && IsNpgsqlKeyword(first.Groups["name"].Value));

    private static bool IsNpgsqlKeyword(string name) => new NpgsqlConnectionStringBuilder().ContainsKey(name.Trim());

    private static NpgsqlConnectionStringBuilder NpgsqlText(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException refused)
        {
            // The parser names the keyword or the place, never a value; the text itself stays out of the chain of causes.
            throw new FormatException(
                refused.ParamName is { } name
                    ? $"The connection string's \"{name}\" is not known, or its value does not fit."
                    : $"The connection string cannot be read. {refused.Message}");
        }
    }

    [GeneratedRegex(@";\s*(?<name>[A-Za-z][A-Za-z ]*?)\s*=")]
    private static partial Regex SemicolonThenName();

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z][A-Za-z_ ]*?)\s*=")]
    private static partial Regex FirstName();
}
