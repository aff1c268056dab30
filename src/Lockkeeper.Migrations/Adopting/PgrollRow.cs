namespace Lockkeeper.Migrations.Adopting;

/// <summary>A row of pgroll's table of migrations.</summary>
/// <param name="Name">The migration.</param>
/// <param name="Kind">pgroll, inferred or baseline.</param>
/// <param name="Content">The migration as JSON.</param>
/// <param name="VersionSchema">The schema of its version, where there is one of that name.</param>
/// <param name="IsDone">Whether it is complete.</param>
/// <param name="CreatedAt">When it was started.</param>
/// <param name="ResultingSchema">The schema that it led to, as JSON; null where nothing is to be looked up in it.</param>
internal sealed record PgrollRow(
    string Name, string Kind, string Content, string? VersionSchema, bool IsDone, DateTimeOffset CreatedAt, string? ResultingSchema);
