namespace Lockkeeper.EmbeddedPostgres.Binaries;

/// <summary>The three families of operating systems that differ in where programs lie and what they are called.</summary>
internal enum SystemKind
{
    Linux,
    MacOs,
    Windows,
}
