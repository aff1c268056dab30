using Lockkeeper.Bench.Measuring;
using Npgsql;

namespace Lockkeeper.Bench.Ways;

/// <summary>The same with a second trigger for the other direction, which a changed column needs there and an added one does not have.</summary>
internal sealed class KeysetPairWay : KeysetWay
{
    public override string Name => "keyset batches, changed column";

    public override async Task PrepareAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(source, cancellationToken);
        await BenchTable.ExecuteAsync(
            source,
            """
            CREATE FUNCTION users_down() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                "created_at" users.created_at%TYPE := NEW.created_at;
                "email" users.email%TYPE := NEW.email;
                "id" users.id%TYPE := NEW.id;
                "loud" users._new_loud%TYPE := NEW._new_loud;
                "note" users.note%TYPE := NEW.note;
                search_path text;
            BEGIN
                SELECT s.setting INTO search_path FROM (SELECT current_setting('search_path') AS setting) AS s;
                IF search_path = 'public_02' THEN
                    NEW.name := (lower(loud));
                    NEW._needs_backfill := false;
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER users_down BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION users_down();
            """,
            cancellationToken);
    }
}
