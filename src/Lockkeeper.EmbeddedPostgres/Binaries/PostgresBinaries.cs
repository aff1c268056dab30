namespace Lockkeeper.EmbeddedPostgres.Binaries;

/// <summary>A folder of programs that was tried and runs.</summary>
/// <param name="Folder">Holds initdb, pg_ctl and postgres.</param>
/// <param name="Version">What <c>postgres --version</c> said.</param>
internal sealed record PostgresBinaries(string Folder, PostgresVersion Version);
