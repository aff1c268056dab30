using Lockkeeper.Locks;
using Lockkeeper.Locks.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.LocksSample;

/// <summary>The health check and the metrics of an ASP.NET application.</summary>
public static class LockServices
{
    /// <summary>Adds both, before the application is built.</summary>
    public static void Add(WebApplicationBuilder builder, NpgsqlDataSource dataSource, ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var doctor = new LockDoctor(dataSource, new LockDoctorOptions(), TimeProvider.System, loggerFactory);
        builder.Services.AddHealthChecks().AddCheck(
            "locks", new LockHealthCheck(doctor, new LockHealthOptions { UnhealthyWait = TimeSpan.FromSeconds(30) }), tags: ["database"]);

        builder.Services.AddSingleton(doctor);
        builder.Services.AddHostedService<LockMetrics>();
    }

    /// <summary>Gives the health check an address.</summary>
    public static void Map(WebApplication app) =>
        app.MapHealthChecks("/health/database", new HealthCheckOptions { Predicate = check => check.Tags.Contains("database") });
}
