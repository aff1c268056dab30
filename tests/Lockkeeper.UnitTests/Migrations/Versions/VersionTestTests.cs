using Lockkeeper.Migrations.Versions;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.UnitTests.Migrations.Versions;

public sealed class VersionTestTests
{
    [Fact]
    public void The_setting_decides_before_the_path() => Assert.Equal(
        """
        CASE COALESCE(pg_catalog.current_setting('lockkeeper.version', true), '')
            WHEN '' THEN pg_catalog.current_schema() IS NOT DISTINCT FROM 'public_02_x'
            WHEN '02_x' THEN true
            WHEN 'public_02_x' THEN true
            WHEN '(backfill)' THEN false
            ELSE false
        END
        """,
        VersionTest.IsNew(new Identifier("public_02_x"), "02_x"));

    [Fact]
    public void Every_client_but_the_new_versions_and_the_backfill_is_old() => Assert.Equal(
        """
        CASE COALESCE(pg_catalog.current_setting('lockkeeper.version', true), '')
            WHEN '' THEN pg_catalog.current_schema() IS DISTINCT FROM E'it''s\\a_02'
            WHEN '02' THEN false
            WHEN E'it''s\\a_02' THEN false
            WHEN '(backfill)' THEN false
            ELSE true
        END
        """,
        VersionTest.IsOld(new Identifier("it's\\a_02"), "02"));

    [Fact]
    public void The_backfill_says_so_in_the_words_that_the_triggers_know() =>
        Assert.Equal(VersionTest.Backfill, Lockkeeper.Backfill.Execution.WorkerSession.Version);
}
