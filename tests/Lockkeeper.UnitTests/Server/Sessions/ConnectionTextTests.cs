using Lockkeeper.Server.Sessions;
using Npgsql;

namespace Lockkeeper.UnitTests.Server.Sessions;

public sealed class ConnectionTextTests
{
    private static readonly ConnectionDefaults Nothing = new(_ => null, _ => false);

    [Theory]
    [InlineData("postgres://ada:s3cret@db.example:5433/shop", "ada@db.example:5433/shop", "s3cret")]
    [InlineData("postgresql://ada:s3cret@db.example:5433/shop", "ada@db.example:5433/shop", "s3cret")]
    [InlineData("postgres://localhost", "localhost:5432", null)]
    [InlineData("postgres://", "localhost:5432", null)]
    [InlineData("postgres:///shop", "localhost:5432/shop", null)]
    [InlineData("postgres://ada@/shop", "ada@localhost:5432/shop", null)]
    [InlineData("postgres://ada@localhost?sslmode=disable", "ada@localhost:5432", null)]
    [InlineData("postgres://%61da:p%40ss%2Fw%3Ard%25@localhost/my%20shop", "ada@localhost:5432/my shop", "p@ss/w:rd%")]
    [InlineData("postgres://ada:p@ss@localhost/shop", "ada@localhost:5432/shop", "p@ss")]
    [InlineData("postgres://[::1]/shop", "[::1]:5432/shop", null)]
    [InlineData("postgres://ada@[2001:db8::1234]:6000/shop", "ada@[2001:db8::1234]:6000/shop", null)]
    [InlineData("postgres://a:1,b:2/shop", "a:1,b:2/shop", null)]
    [InlineData("postgres://a,b:2/shop", "a:5432,b:2/shop", null)]
    [InlineData("postgres://[::1]:5,b/shop", "[::1]:5,b:5432/shop", null)]
    [InlineData("postgres:///shop?host=/var/run/postgresql&port=5433", "/var/run/postgresql:5433/shop", null)]
    [InlineData("postgres://%2Fvar%2Frun%2Fpostgresql/shop", "/var/run/postgresql:5432/shop", null)]
    [InlineData("postgres://x/y?user=ada&password=a+b", "ada@x:5432/y", "a+b")]
    [InlineData("host=db.example port=5433 dbname=shop user=ada password=s3cret", "ada@db.example:5433/shop", "s3cret")]
    [InlineData("  host = db.example\tdbname = 'my shop'  ", "db.example:5432/my shop", null)]
    [InlineData(@"host=x password='it\'s \\ a ''", null, null)]
    [InlineData(@"host=x password='it\'s \\ a'", "x:5432", @"it's \ a")]
    [InlineData(@"host=x password=a\ b", "x:5432", "a b")]
    [InlineData("host=x password=''", "x:5432", "")]
    [InlineData("host=a,b port=1,2", "a:1,b:2", null)]
    [InlineData("host=a,b port=7", "a:7,b:7", null)]
    [InlineData("hostaddr=10.0.0.1 host=db.example", "10.0.0.1:5432", null)]
    [InlineData("host=x password=a;b", "x:5432", "a;b")]
    [InlineData("", "localhost:5432", null)]
    [InlineData("Host=db.example;Port=5433;Username=ada;Password=s3cret;Database=shop", "ada@db.example:5433/shop", "s3cret")]
    [InlineData("host=db.example;username=ada;password=s=c;database=shop", "ada@db.example:5432/shop", "s=c")]
    [InlineData("Server=db.example", "db.example:5432", null)]
    public void Each_form_names_the_same_things(string text, string? described, string? password)
    {
        if (described is null)
        {
            Assert.Throws<FormatException>(() => ConnectionText.Parse(text, Nothing));
            return;
        }

        var settings = ConnectionText.Parse(text, Nothing);

        Assert.Equal(described, ConnectionText.Describe(settings));
        Assert.Equal(password ?? "", settings.Password ?? "");
    }

    [Fact]
    public void Parameters_of_libpq_reach_their_counterparts()
    {
        var settings = ConnectionText.Parse(
            "postgres://x,z/y?sslmode=verify-ca&options=-c%20search_path%3Dshop&application_name=pay%20roll&connect_timeout=7"
            + "&sslrootcert=/a.crt&sslcert=/b.crt&sslkey=/b.key&target_session_attrs=read-write&channel_binding=require"
            + "&keepalives=1&keepalives_idle=11&keepalives_interval=12&passfile=/p&gssencmode=disable&sslnegotiation=direct",
            Nothing);

        Assert.Equal(SslMode.VerifyCA, settings.SslMode);
        Assert.Equal("-c search_path=shop", settings.Options);
        Assert.Equal("pay roll", settings.ApplicationName);
        Assert.Equal(7, settings.Timeout);
        Assert.Equal("/a.crt", settings.RootCertificate);
        Assert.Equal("/b.crt", settings.SslCertificate);
        Assert.Equal("/b.key", settings.SslKey);
        Assert.Equal("read-write", settings.TargetSessionAttributes);
        Assert.Equal(ChannelBinding.Require, settings.ChannelBinding);
        Assert.True(settings.TcpKeepAlive);
        Assert.Equal(11, settings.TcpKeepAliveTime);
        Assert.Equal(12, settings.TcpKeepAliveInterval);
        Assert.Equal("/p", settings.Passfile);
        Assert.Equal(GssEncryptionMode.Disable, settings.GssEncryptionMode);
        Assert.Equal(SslNegotiation.Direct, settings.SslNegotiation);
    }

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("allow", SslMode.Allow)]
    [InlineData("prefer", SslMode.Prefer)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    public void Each_sslmode_is_known(string text, SslMode expected) =>
        Assert.Equal(expected, ConnectionText.Parse($"host=x sslmode={text}", Nothing).SslMode);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-1", 0)]
    [InlineData("1", 2)]
    [InlineData("99999", 1024)]
    public void Timeouts_mean_what_they_mean_to_libpq(string text, int expected) =>
        Assert.Equal(expected, ConnectionText.Parse($"host=x connect_timeout={text}", Nothing).Timeout);

    [Fact]
    public void One_host_is_not_chosen_among_many()
    {
        var settings = ConnectionText.Parse("host=x target_session_attrs=read-write", Nothing);

        Assert.Null(settings.TargetSessionAttributes);
        using var source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    [Fact]
    public void A_system_root_certificate_asks_for_the_strictest_check()
    {
        var settings = ConnectionText.Parse("host=x sslmode=require sslrootcert=system", Nothing);

        Assert.Equal(SslMode.VerifyFull, settings.SslMode);
        Assert.Null(settings.RootCertificate);
    }

    [Theory]
    [InlineData("host=x colour=red", "\"colour\" is not a connection parameter")]
    [InlineData("postgres://x?colour=red", "\"colour\" is not a connection parameter")]
    [InlineData("Host=x;Colour=red", "\"colour\" is not known")]
    [InlineData("host=x service=shop", "\"service\" has no counterpart")]
    [InlineData("host=x target_session_attrs=standby", "needs several hosts")]
    [InlineData("host=x port=many", "\"port\" is not a number")]
    [InlineData("host=x port=0", "\"port\" is not a number")]
    [InlineData("host=a,b,c port=1,2", "3 hosts and 2 ports")]
    [InlineData("host=x sslmode=sometimes", "\"sslmode\" does not fit")]
    [InlineData("host=x sslmode=3", "\"sslmode\" does not fit")]
    [InlineData("host=x connect_timeout=soon", "\"connect_timeout\" does not fit")]
    [InlineData("host=x connect_timeout=99999999999", "\"connect_timeout\" does not fit")]
    [InlineData("host=x password='open", "character 17")]
    [InlineData("host=x hostaddr=1.2.3.4 sslmode=verify-full", "verify-full")]
    [InlineData("postgres://[::1/shop", "no closing bracket")]
    [InlineData("postgres://x/y?flag", "no \"=\"")]
    [InlineData("postgres://x/50%", "%25")]
    [InlineData("postgres://x/a%00b", "%00")]
    [InlineData("localhost", "character 1")]
    public void What_cannot_be_read_is_refused_with_the_place(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => ConnectionText.Parse(text, Nothing)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("host=x password=open s3cret")]
    [InlineData("host=x password=open s3cret!=more")]
    [InlineData("host=x password='s3cret")]
    [InlineData("postgres://ada:s3cret/more@localhost/shop")]
    [InlineData("postgres://ada:s3cret?x@localhost/shop")]
    [InlineData("postgres://ada:s3cret%zz@localhost/shop")]
    [InlineData("postgres://ada:s3cret@localhost:many/shop")]
    [InlineData("Host=x;Password=s3cret;Port=many")]
    [InlineData("Host=x;Password=s3cret;rubbish")]
    [InlineData("sslmode=s3cret")]
    public void No_message_repeats_a_password(string text)
    {
        var refused = Assert.Throws<FormatException>(() => ConnectionText.Parse(text, Nothing));

        Assert.DoesNotContain("s3cret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_holds_no_password() =>
        Assert.Equal("ada@x:5432/shop", ConnectionText.Describe(ConnectionText.Parse("postgres://ada:s3cret@x/shop", Nothing)));
}
