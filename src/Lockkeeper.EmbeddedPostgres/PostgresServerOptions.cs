using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Lockkeeper.EmbeddedPostgres.Binaries;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lockkeeper.EmbeddedPostgres;

/// <summary>Which server to start and how. The defaults start whatever is installed, made for speed and not for keeping data.</summary>
public sealed partial record PostgresServerOptions
{
    /// <summary>The oldest major version that is started.</summary>
    public const int OldestVersion = 14;

    /// <summary>The newest major version that is started, and the one fetched when nothing is installed.</summary>
    public const int NewestVersion = 18;

    // A start takes about a second; a slow disk or a machine with every core busy takes longer, and never a minute.
    private static readonly TimeSpan DefaultStartTimeout = TimeSpan.FromMinutes(1);

    /// <summary>The major version wanted, 14 to 18; null takes the first server found, or 18 when none is installed.</summary>
    public int? Version { get; init; }

    /// <summary>
    /// Whether the server flushes to disk as a real one does. False by default: <c>fsync</c>, <c>synchronous_commit</c> and
    /// <c>full_page_writes</c> are off, which loses data only when the machine itself goes down. Set it to measure.
    /// </summary>
    public bool Durable { get; init; }

    /// <summary>More settings for <c>postgresql.conf</c>, by name. They win over our defaults, except address and port.</summary>
    public ImmutableSortedDictionary<string, string> Settings { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// An existing folder, below which the server's own is made; null for the system's folder of temporary files. For root it
    /// must be one that other users can enter.
    /// </summary>
    public string? ParentFolder { get; init; }

    /// <summary>How long initializing the folder, and then starting the server in it, may each take.</summary>
    public TimeSpan StartTimeout { get; init; } = DefaultStartTimeout;

    /// <summary>The clock by which waits are counted.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where log messages go.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>What is looked at to find binaries; tests put folders of their own here.</summary>
    internal Surroundings? Surroundings { get; init; }

    /// <summary>Whether both describe the same server; settings are compared by their content.</summary>
    /// <param name="other">The options to compare with.</param>
    public bool Equals(PostgresServerOptions? other) =>
        other is not null
        && Version == other.Version
        && Durable == other.Durable
        && ParentFolder == other.ParentFolder
        && StartTimeout == other.StartTimeout
        && Settings.SequenceEqual(other.Settings)
        && Equals(TimeProvider, other.TimeProvider)
        && Equals(LoggerFactory, other.LoggerFactory)
        && Equals(Surroundings, other.Surroundings);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Version, Durable, ParentFolder, StartTimeout, Settings.Count);

    internal ImmutableArray<string> Problems()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        if (Version is { } version && version is < OldestVersion or > NewestVersion)
        {
            problems.Add($"Version is {Version}; it must be {OldestVersion} to {NewestVersion}.");
        }

        if (StartTimeout < TimeSpan.FromSeconds(1) || StartTimeout > TimeSpan.FromHours(1))
        {
            problems.Add($"StartTimeout is {StartTimeout}; it must be one second to one hour.");
        }

        if (ParentFolder is not null && !(Path.IsPathFullyQualified(ParentFolder) && Directory.Exists(ParentFolder)))
        {
            problems.Add($"ParentFolder is \"{ParentFolder}\", which is not the full path of an existing folder.");
        }

        problems.AddRange(Settings.Keys
            .Where(name => !SettingName().IsMatch(name))
            .Select(name => $"\"{name}\" cannot be the name of a setting."));
        problems.AddRange(Settings
            .Where(setting => setting.Value.AsSpan().ContainsAny('\n', '\r', '\0'))
            .Select(setting => $"The value of \"{setting.Key}\" holds a line break or a NUL."));
        return problems.ToImmutable();
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*([.][A-Za-z_][A-Za-z0-9_]*)*$")]
    private static partial Regex SettingName();
}
