namespace Lockkeeper.PostgresTests.Server.Scripting;

/// <summary>A schema with something of everything, made to be hard to write down: odd names, parts that need each other, columns in other orders.</summary>
internal static class RichSchema
{
    public const string Sql = """
        CREATE TYPE mood AS ENUM ('sad', 'o''k', 'happy');
        CREATE TYPE pair AS (a int, b text COLLATE "C");
        CREATE DOMAIN posint AS int NOT NULL DEFAULT 1 CONSTRAINT pos CHECK (VALUE > 0);
        CREATE TYPE frange AS RANGE (subtype = float8, subtype_diff = float8mi);
        CREATE SEQUENCE "Odd seq" AS int INCREMENT 5 MAXVALUE 1000 CYCLE;
        CREATE FUNCTION up(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper(t) $$;
        CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY (START 10) PRIMARY KEY, "Mixed Name" varchar(30) NOT NULL DEFAULT 'it''s', m mood DEFAULT 'happy',
          p pair, d posint, f frange, ci text, u text GENERATED ALWAYS AS (up("Mixed Name"::text)) STORED, n numeric(10,2) DEFAULT 0, c text COLLATE "C", arr mood[],
          CONSTRAINT n_pos CHECK (n >= 0), UNIQUE (ci), EXCLUDE USING gist (f WITH &&));
        CREATE TABLE orders (id serial PRIMARY KEY, user_id bigint REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, other int DEFAULT nextval('"Odd seq"'), body text, at timestamptz DEFAULT now());
        ALTER TABLE orders ADD CONSTRAINT late CHECK (id > 0) NOT VALID;
        ALTER TABLE orders ALTER body SET STORAGE EXTERNAL, ALTER body SET STATISTICS 500;
        ALTER TABLE orders SET (fillfactor = 70);
        CREATE INDEX orders_low ON orders USING btree (lower(body) text_pattern_ops DESC NULLS LAST) INCLUDE (at) WHERE at IS NOT NULL;
        CREATE UNIQUE INDEX orders_uq ON orders (user_id, at);
        ALTER TABLE orders REPLICA IDENTITY FULL;
        CREATE TABLE parts (id int NOT NULL, at date NOT NULL, v text CHECK (v <> ''), user_id bigint REFERENCES users, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        CREATE TABLE parts_2 (at date NOT NULL, extra_gone int, id int NOT NULL, user_id bigint, v text CHECK (v <> ''));
        ALTER TABLE parts_2 DROP extra_gone;
        ALTER TABLE parts_2 RENAME CONSTRAINT parts_2_v_check TO parts_v_check;
        ALTER TABLE parts ATTACH PARTITION parts_2 DEFAULT;
        CREATE INDEX parts_v ON parts (v);
        CREATE TABLE animals (name text, age int CHECK (age > 0));
        CREATE TABLE dogs (breed text) INHERITS (animals);
        CREATE VIEW b_view AS SELECT id, "Mixed Name" FROM users WITH CASCADED CHECK OPTION;
        CREATE VIEW a_view WITH (security_barrier=true) AS SELECT * FROM b_view;
        CREATE MATERIALIZED VIEW mv AS SELECT count(*) AS n FROM orders;
        CREATE UNIQUE INDEX mv_i ON mv (n);
        CREATE FUNCTION get_user(users) RETURNS text LANGUAGE sql AS $$ SELECT $1."Mixed Name" $$;
        CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER t_b BEFORE UPDATE OF body ON orders FOR EACH ROW WHEN (OLD.body IS DISTINCT FROM NEW.body) EXECUTE FUNCTION trg();
        ALTER TABLE orders ENABLE ALWAYS TRIGGER t_b;
        CREATE RULE r AS ON DELETE TO dogs DO INSTEAD NOTHING;
        ALTER TABLE orders ENABLE ROW LEVEL SECURITY; ALTER TABLE orders FORCE ROW LEVEL SECURITY;
        CREATE POLICY pol ON orders AS RESTRICTIVE FOR UPDATE TO PUBLIC USING (id > 0) WITH CHECK (id > 1);
        CREATE TYPE point3 AS (x int, y int, z text);
        CREATE TABLE points OF point3 (x WITH OPTIONS NOT NULL DEFAULT 3, PRIMARY KEY (x));
        CLUSTER points USING points_pkey;
        ALTER MATERIALIZED VIEW mv CLUSTER ON mv_i;
        CREATE FUNCTION low(n bigint) RETURNS SETOF bigint LANGUAGE sql BEGIN ATOMIC
            SELECT 1; SELECT CASE WHEN id < n THEN id ELSE n END FROM users; END;
        CREATE STATISTICS st ON user_id, at FROM orders;
        CREATE UNLOGGED TABLE temp_stuff (a int);
        COMMENT ON TABLE orders IS 'the ''orders''';
        COMMENT ON COLUMN orders.body IS 'text';
        COMMENT ON CONSTRAINT late ON orders IS 'late';
        COMMENT ON INDEX orders_low IS 'i';
        COMMENT ON TYPE mood IS 'm'; COMMENT ON DOMAIN posint IS 'dom'; COMMENT ON CONSTRAINT pos ON DOMAIN posint IS 'dc';
        COMMENT ON FUNCTION up(text) IS 'f'; COMMENT ON TRIGGER t_b ON orders IS 't'; COMMENT ON VIEW a_view IS 'v'; COMMENT ON POLICY pol ON orders IS 'p';
        COMMENT ON STATISTICS st IS 's'; COMMENT ON SEQUENCE "Odd seq" IS 'q'; COMMENT ON COLUMN a_view.id IS 'vc'; COMMENT ON MATERIALIZED VIEW mv IS 'mvc';
        """;

    /// <summary>What only newer servers have.</summary>
    public static string Newer(int version) => string.Concat(
        version >= 15 ? "CREATE TABLE distinct_nulls (a integer, UNIQUE NULLS NOT DISTINCT (a));" : "",
        version >= 18 ? "CREATE TABLE named (a integer CONSTRAINT given NOT NULL, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL);" : "");
}
