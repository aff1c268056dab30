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

    private static BulkWriter Make(IServiceProvider provider, NpgsqlDataSource source, BulkWriteTables tables, BulkWriteOptions? options) =>
        new(source, tables, options, provider.GetService<TimeProvider>(), provider.GetService<ILoggerFactory>());
}
