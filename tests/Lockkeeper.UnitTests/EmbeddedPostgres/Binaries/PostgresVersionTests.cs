using Lockkeeper.EmbeddedPostgres.Binaries;

namespace Lockkeeper.UnitTests.EmbeddedPostgres.Binaries;

public sealed class PostgresVersionTests
{
    [Theory]
    [InlineData("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15, "15.18", true)]
    [InlineData("postgres (PostgreSQL) 18.4\n", 18, "18.4", true)]
    [InlineData("postgres (PostgreSQL) 19devel", 19, "19devel", false)]
    [InlineData("postgres (PostgreSQL) 18beta1", 18, "18beta1", true)]
    [InlineData("postgres (PostgreSQL) 9.6.24", 9, "9.6.24", false)]
    public void The_version_is_read_as_the_server_prints_it(string said, int major, string text, bool supported)
    {
        var version = PostgresVersion.Read(said);

        Assert.Equal(new PostgresVersion(major, text), version);
        Assert.Equal(supported, version!.IsSupported);
    }

    [Theory]
    [InlineData("")]
    [InlineData("No version is set for command postgres")]
    [InlineData("postgres (Something) 15.1")]
    public void Anything_else_is_not_a_version(string said) => Assert.Null(PostgresVersion.Read(said));
}
