using Lockkeeper.BulkWrite.Counters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.BulkWrite;

/// <summary>Registers writers with a container.</summary>
public static class BulkWriteRegistration
{
    /// <summary>Registers one <see cref="BulkWriter"/> for the registered <see cref="NpgsqlDataSource"/>. Options and declarations are checked when it is first asked for.</summary>
    /// <param name="services">The container's registrations.</param>
    /// <param name="tables">What is written.</param>
    /// <param name="options">How to work; null for the defaults.</param>
    public static IServiceCollection AddBulkWriter(this IServiceCollection services, BulkWriteTables tables, BulkWriteOptions? options = null) =>
        services.AddSingleton(provider => Make(provider, provider.GetRequiredService<NpgsqlDataSource>(), tables, options));

    /// <summary>Registers one <see cref="BulkWriter"/> under the key of one of several data sources.</summary>
    /// <param name="services">The container's registrations.</param>
    /// <param name="key">The key under which the data source is registered, and under which the writer is.</param>
    /// <param name="tables">What is written.</param>
    /// <param name="options">How to work; null for the defaults.</param>
    public static IServiceCollection AddBulkWriter(
        this IServiceCollection services, object key, BulkWriteTables tables, BulkWriteOptions? options = null) =>
        services.AddKeyedSingleton(key, (provider, own) => Make(provider, provider.GetRequiredKeyedService<NpgsqlDataSource>(own), tables, options));

    /// <summary>
    /// Registers one <see cref="CounterRollUps"/> for the registered <see cref="NpgsqlDataSource"/>, which the host runs from its start to its end, in as many
    /// processes as there are: one gathers at a time. Ask for it to see its <see cref="CounterRollUps.Health"/>.
    /// </summary>
    /// <param name="services">The container's registrations.</param>
    /// <param name="tables">The tables with their counters.</param>
    /// <param name="pause">How long to leave new deltas lie; null for <see cref="CounterRollUps.DefaultPause"/>.</param>
    public static IServiceCollection AddCounterRollUps(this IServiceCollection services, BulkWriteTables tables, TimeSpan? pause = null) =>
        services
            .AddSingleton(provider => new CounterRollUps(
                provider.GetRequiredService<NpgsqlDataSource>(), tables, pause, provider.GetService<TimeProvider>(), provider.GetService<ILoggerFactory>()))
            .AddHostedService<HostedRollUps>();

    private static BulkWriter Make(IServiceProvider provider, NpgsqlDataSource source, BulkWriteTables tables, BulkWriteOptions? options) =>
        new(source, tables, options, provider.GetService<TimeProvider>(), provider.GetService<ILoggerFactory>());
}
