using Lockkeeper.EmbeddedPostgres.Cluster;

namespace Lockkeeper.UnitTests.EmbeddedPostgres.Cluster;

public sealed class PasswdTests
{
    private const string Text = """
        root:x:0:0:root:/root:/bin/bash
        # a comment, as macOS has
        nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false
        postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash
        """;

    [Fact]
    public void A_user_is_found_with_the_numbers_of_user_and_group()
    {
        Assert.Equal(new Passwd("postgres", 101, 104), Passwd.Find(Text, "postgres"));
        Assert.Equal(new Passwd("nobody", -2, -2), Passwd.Find(Text, "nobody"));
        Assert.Null(Passwd.Find(Text, "post"));
        Assert.Null(Passwd.Find("", "postgres"));
    }
}
