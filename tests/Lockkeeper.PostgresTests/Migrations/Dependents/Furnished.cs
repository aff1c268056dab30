namespace Lockkeeper.PostgresTests.Migrations.Dependents;

/// <summary>A table one of whose columns is part of everything that a column can be part of and that can follow it to a copy.</summary>
internal static class Furnished
{
    /// <summary>The roles that are granted something, made once for all databases of a server.</summary>
    public const string Roles = """
        DO $$ BEGIN
            PERFORM pg_advisory_xact_lock(8243);
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'Clerk of shop') THEN
                CREATE ROLE "Clerk of shop"; CREATE ROLE shop_owner;
            END IF;
        END $$;
        """;

    /// <param name="version">The server's: some of it is younger than 14.</param>
    public static string Setup(int version) => $"""
        {Roles}
        CREATE EXTENSION IF NOT EXISTS btree_gist;
        CREATE SCHEMA reporting; CREATE SCHEMA parts;
        GRANT USAGE ON SCHEMA public, reporting TO "Clerk of shop";
        GRANT ALL ON SCHEMA reporting TO shop_owner;
        CREATE TABLE kinds (code int, shop int, note text, PRIMARY KEY (code, shop));
        INSERT INTO kinds SELECT k, s, 'x' FROM generate_series(1, 5) k, generate_series(1, 3) s;
        CREATE TABLE "Items of" (
            id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME item_numbers START 7 INCREMENT 3 CACHE 2) PRIMARY KEY,
            "Code" int NOT NULL DEFAULT 3, shop int, owner text, name text, price numeric(8,2), at tsrange);
        COMMENT ON SEQUENCE item_numbers IS 'the numbers'; GRANT USAGE ON SEQUENCE item_numbers TO "Clerk of shop";
        INSERT INTO "Items of" ("Code", shop, owner, name, price, at)
            SELECT i % 5 + 1, i % 3 + 1, 'o' || i, 'n' || i, i, tsrange('2026-01-01'::timestamp + i * interval '1 hour', '2026-01-01'::timestamp + (i + 1) * interval '1 hour')
            FROM generate_series(1, 120) i;
        ALTER TABLE "Items of"
            ADD CONSTRAINT "few codes" CHECK ("Code" > 0 AND "Code" < 1000), ADD CONSTRAINT quick CHECK ("Code" + id > 0) NO INHERIT,
            ADD CONSTRAINT of_kind FOREIGN KEY (shop, "Code") REFERENCES kinds (shop, code) MATCH FULL ON DELETE SET NULL {(version >= 15 ? "(shop)" : "")} ON UPDATE CASCADE
                DEFERRABLE INITIALLY DEFERRED,
            ADD CONSTRAINT one_of UNIQUE {(version >= 15 ? "NULLS NOT DISTINCT" : "")} (name, "Code") INCLUDE (owner),
            ADD CONSTRAINT pair UNIQUE ("Code", id);
        COMMENT ON CONSTRAINT one_of ON "Items of" IS 'no name twice';
        CREATE INDEX "by code" ON "Items of" (("Code" % 10) DESC NULLS LAST, lower(name) COLLATE "C" text_pattern_ops) INCLUDE ("Code") WITH (fillfactor = 70) WHERE "Code" <> 4;
        CREATE UNIQUE INDEX odd ON "Items of" ((id * 2 + "Code"), id) WHERE "Code" IS NOT NULL;
        CREATE INDEX near ON "Items of" USING gist ("Code" gist_int4_ops, at range_ops);
        CREATE INDEX words ON "Items of" USING gist (to_tsvector('simple', name || "Code"::text) tsvector_ops (siglen = 100));
        COMMENT ON INDEX "by code" IS 'for the search';
        ALTER TABLE "Items of" ALTER "Code" SET STATISTICS 333;
        GRANT SELECT ("Code"), UPDATE ("Code") ON "Items of" TO "Clerk of shop" WITH GRANT OPTION;
        COMMENT ON COLUMN "Items of"."Code" IS 'which kind';
        CREATE STATISTICS "stats of" (ndistinct, mcv) ON "Code", shop, ("Code" + shop) FROM "Items of";
        ALTER STATISTICS "stats of" SET STATISTICS 50; COMMENT ON STATISTICS "stats of" IS 'they go together';
        CREATE TABLE log (what text, code bigint);
        CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log VALUES (TG_NAME, NEW."Code"); RETURN NEW; END $$;
        CREATE TRIGGER "Code changed" AFTER INSERT OR UPDATE OF shop, "Code" ON "Items of" FOR EACH ROW EXECUTE FUNCTION noted();
        CREATE TRIGGER high BEFORE UPDATE ON "Items of" FOR EACH ROW WHEN (NEW."Code" > 4 AND OLD."Code" IS DISTINCT FROM NEW."Code") EXECUTE FUNCTION noted();
        CREATE TRIGGER replayed AFTER UPDATE OF "Code" ON "Items of" FOR EACH ROW EXECUTE FUNCTION noted();
        ALTER TABLE "Items of" ENABLE REPLICA TRIGGER replayed; COMMENT ON TRIGGER high ON "Items of" IS 'of the high ones';
        CREATE CONSTRAINT TRIGGER late AFTER UPDATE OF "Code" ON "Items of" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION noted();
        COMMENT ON TRIGGER late ON "Items of" IS 'at the end';
        CREATE RULE noting AS ON DELETE TO "Items of" WHERE OLD."Code" > 900 DO ALSO INSERT INTO log VALUES ('rule', OLD."Code");
        COMMENT ON RULE noting ON "Items of" IS 'a rule';
        ALTER TABLE "Items of" ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON "Items of" FOR ALL TO "Clerk of shop" USING (owner = current_user OR "Code" IN (SELECT k.code FROM kinds k WHERE k.note = 'x'))
            WITH CHECK ("Code" < 900);
        CREATE POLICY few ON "Items of" AS RESTRICTIVE FOR SELECT USING ("Code" > -1);
        COMMENT ON POLICY own ON "Items of" IS 'one''s own';
        ALTER TABLE kinds ENABLE ROW LEVEL SECURITY;
        CREATE POLICY used ON kinds USING (EXISTS (SELECT FROM "Items of" i WHERE i."Code" = kinds.code));
        CREATE TABLE parts.part (id int PRIMARY KEY, item int, kind int,
            CONSTRAINT of_item FOREIGN KEY (kind, item) REFERENCES "Items of" ("Code", id) ON DELETE CASCADE DEFERRABLE);
        CREATE TABLE parcels (id int PRIMARY KEY, item int, kind int,
            CONSTRAINT "of an item" FOREIGN KEY (kind, item) REFERENCES "Items of" ("Code", id) ON UPDATE CASCADE ON DELETE SET NULL);
        COMMENT ON CONSTRAINT "of an item" ON parcels IS 'what is in it';
        INSERT INTO parts.part SELECT row_number() OVER (), id, "Code" FROM "Items of" WHERE shop = 1;
        INSERT INTO parcels SELECT row_number() OVER (), id, "Code" FROM "Items of" WHERE shop = 2;
        CREATE VIEW reporting."Dear" WITH (security_barrier = true{(version >= 15 ? ", security_invoker = true" : "")}, check_option = local) AS
            SELECT id, "Code", "Code" + 1 AS next, name FROM "Items of" WHERE "Code" > 1;
        ALTER VIEW reporting."Dear" ALTER "Code" SET DEFAULT 2;
        COMMENT ON VIEW reporting."Dear" IS 'the dear ones'; COMMENT ON COLUMN reporting."Dear".next IS 'one more';
        GRANT SELECT, INSERT ON reporting."Dear" TO "Clerk of shop"; GRANT UPDATE (name) ON reporting."Dear" TO PUBLIC;
        CREATE VIEW reporting.counted AS SELECT d."Code", count(*) AS many, (SELECT max(i."Code") FROM "Items of" i) AS top FROM reporting."Dear" d GROUP BY d."Code";
        ALTER VIEW reporting.counted OWNER TO shop_owner;
        GRANT SELECT ON reporting.counted TO "Clerk of shop" WITH GRANT OPTION;
        CREATE VIEW grouped AS SELECT i.id, i.name, i."Code", i.owner FROM "Items of" i JOIN kinds USING (shop) GROUP BY i.id;
        CREATE RULE no_delete AS ON DELETE TO reporting.counted DO INSTEAD NOTHING;
        CREATE FUNCTION instead() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER instead INSTEAD OF INSERT OR UPDATE ON grouped FOR EACH ROW EXECUTE FUNCTION instead();
        COMMENT ON TRIGGER instead ON grouped IS 'instead';
        ALTER TABLE "Items of" REPLICA IDENTITY USING INDEX pair;
        {(version >= 15 ? """CREATE PUBLICATION in_part FOR TABLE "Items of" (id, "Code", name) WHERE ("Code" > 2), kinds;""" : "")}
        CREATE PUBLICATION whole FOR TABLE "Items of";
        """;

    /// <summary>What a copied column takes part in, in lines that name no number of the catalog's.</summary>
    public const string Catalog = """
        SELECT format('index %s %s valid %s replident %s comment %s', indexrelid::regclass, pg_get_indexdef(indexrelid), indisvalid, indisreplident,
                      obj_description(indexrelid, 'pg_class'))
        FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace IN ('public'::regnamespace, 'parts'::regnamespace)
        UNION ALL SELECT format('index column %s %s', attrelid::regclass, attname) FROM pg_attribute JOIN pg_index ON indexrelid = attrelid
        WHERE indrelid = '"Items of"'::regclass
        UNION ALL SELECT format('constraint %s on %s %s valid %s inherit %s comment %s', conname, conrelid::regclass, pg_get_constraintdef(oid), convalidated,
                      connoinherit, obj_description(oid, 'pg_constraint'))
        FROM pg_constraint WHERE connamespace IN ('public'::regnamespace, 'parts'::regnamespace) AND conrelid <> 0
        UNION ALL SELECT format('column %s.%s %s null %s default %s identity %s storage %s compression %s target %s acl %s comment %s', attrelid::regclass, attname,
                      format_type(atttypid, atttypmod), NOT attnotnull, pg_get_expr(adbin, adrelid), attidentity, attstorage, attcompression,
                      nullif(attstattarget, -1), attacl, col_description(attrelid, attnum))
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relnamespace IN ('public'::regnamespace, 'parts'::regnamespace, 'reporting'::regnamespace) AND relkind IN ('r', 'v') AND attnum > 0 AND NOT attisdropped
        UNION ALL SELECT format('relation %s kind %s owner %s acl %s options %s comment %s identity %s', c.oid::regclass, relkind, relowner::regrole, relacl, reloptions,
                      obj_description(c.oid, 'pg_class'), relreplident)
        FROM pg_class c WHERE relnamespace IN ('public'::regnamespace, 'parts'::regnamespace, 'reporting'::regnamespace)
        UNION ALL SELECT format('view %s %s', oid::regclass, pg_get_viewdef(oid)) FROM pg_class
        WHERE relkind = 'v' AND relnamespace IN ('public'::regnamespace, 'reporting'::regnamespace)
        UNION ALL SELECT format('rule %s comment %s', pg_get_ruledef(w.oid), obj_description(w.oid, 'pg_rewrite')) FROM pg_rewrite w JOIN pg_class c ON c.oid = ev_class
        WHERE rulename <> '_RETURN' AND relnamespace IN ('public'::regnamespace, 'reporting'::regnamespace)
        UNION ALL SELECT format('trigger %s enabled %s comment %s', pg_get_triggerdef(t.oid), tgenabled, obj_description(t.oid, 'pg_trigger'))
        FROM pg_trigger t WHERE NOT tgisinternal
        UNION ALL SELECT format('policy %s on %s %s %s %s using %s check %s comment %s', polname, polrelid::regclass, polcmd, polpermissive, polroles::regrole[],
                      pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), obj_description(oid, 'pg_policy')) FROM pg_policy
        UNION ALL SELECT format('statistics %s %s on %s %s owner %s target %s comment %s', stxname, stxkind, stxrelid::regclass, pg_get_statisticsobjdef_expressions(oid) || ARRAY(
                          SELECT attname::text FROM pg_attribute WHERE attrelid = stxrelid AND attnum = ANY (stxkeys::int2[]) ORDER BY attname), stxowner::regrole, nullif(stxstattarget, -1),
                      obj_description(oid, 'pg_statistic_ext')) FROM pg_statistic_ext
        UNION ALL SELECT format('sequence %s %s of %s', to_jsonb(s) - 'last_value', obj_description(format('%I.%I', schemaname, sequencename)::regclass, 'pg_class'),
                      pg_get_serial_sequence('"Items of"', 'id'))
        FROM pg_sequences s WHERE schemaname = 'public'
        UNION ALL SELECT format('publication %s', to_jsonb(p) || jsonb_build_object('attnames', (
                   SELECT array_agg(name ORDER BY name) FROM jsonb_array_elements_text(to_jsonb(p) -> 'attnames') name))) FROM pg_publication_tables p
        ORDER BY 1
        """;
}
