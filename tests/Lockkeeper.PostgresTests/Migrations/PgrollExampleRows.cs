using System.Collections.Immutable;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>Rows that come into pgroll's examples, and what its <c>up</c>s make of them.</summary>
internal static class PgrollExampleRows
{
    /// <summary>By the number of the example after which they come.</summary>
    public static ImmutableDictionary<string, string> After { get; } = ImmutableDictionary<string, string>.Empty
        .Add("01", """
            INSERT INTO customers VALUES (1, 'alice', '4111'), (2, 'bob', NULL);
            INSERT INTO bills VALUES (1, '10:00+00', 3);
            INSERT INTO sellers VALUES ('alice', 0, 'd'), ('bob', 123, NULL);
            """)
        .Add("02", "INSERT INTO products (name, price) VALUES ('apple', 1.5)")
        .Add("05", "INSERT INTO users VALUES (1, 'ann'), (2, NULL)")
        .Add("08", "INSERT INTO fruits (name, price) VALUES ('fig', 2), ('kiwi', 3)")
        .Add("12", "INSERT INTO employees (role) VALUES ('cook')")
        .Add("14", "INSERT INTO reviews (username, product, review) VALUES ('ann', 'pen', 'fine'), ('bob', 'pen', NULL)")
        .Add("19", "INSERT INTO orders (user_id, quantity) VALUES (1, 4)")
        .Add("20", "INSERT INTO posts (title, user_id) VALUES ('ab', 1), ('long title', 99), ('xyz', NULL)")
        .Add("25", "INSERT INTO people VALUES (1, 'anna')")
        .Add("28", "INSERT INTO items DEFAULT VALUES")
        .Add("34", "INSERT INTO events (name) VALUES ('x'), ('a longer one'), (DEFAULT)")
        .Add("43", "INSERT INTO tickets (sellers_name, sellers_zip) VALUES ('alice', 0), ('bob', -1)")
        .Add("50", "INSERT INTO telephone_providers (name, tax_id, headquarters) VALUES ('tel', 't', 'h')")
        .Add("51", "INSERT INTO phonebook (name, city, phone) VALUES ('n', 'c', 'p')")
        .Add("52", "INSERT INTO library (returned, title, summary) VALUES ('2026-01-01', 't', 's')");

    /// <summary>What holds after an example, by its number.</summary>
    public static ImmutableDictionary<string, string> Holds { get; } = ImmutableDictionary<string, string>.Empty
        .Add("03", "(SELECT description = 'APPLE' AND stock = 100 AND category = 'apple-category' FROM products)")
        .Add("06", "(SELECT string_agg(coalesce(description, '-'), ' ' ORDER BY id) = 'ANN -' FROM users)")
        .Add("13", "(SELECT job_title = 'cook' FROM employees)")
        .Add("15", "(SELECT string_agg(coalesce(review, '-'), ' ' ORDER BY id) ~ '^fine-[0-9]+ -$' FROM reviews)")
        .Add("16", "(SELECT review = 'pen is good' FROM reviews WHERE username = 'bob') AND (SELECT review ~ '^fine-[0-9]+$' FROM reviews WHERE username = 'ann')")
        .Add("18", "(SELECT count(*) = 2 FROM reviews WHERE rating = 0)")
        .Add("21", "(SELECT string_agg(coalesce(user_id::text, '-'), ' ' ORDER BY id) = '1 - -' FROM posts)")
        .Add("22", "(SELECT string_agg(title, '|' ORDER BY id) = '--ab|long title|-xyz' FROM posts)")
        .Add("24", "(SELECT string_agg(title || coalesce(user_id::text, '-'), '|' ORDER BY id) = '--ab1|long title-|-xyz-' FROM posts)")
        .Add("30", "(SELECT age = 18 AND description = 'temporary-description' FROM people)")
        .Add("35", "(SELECT string_agg(name, '|' ORDER BY id) = 'placeholder|a longer one|<placeholder>' FROM events)")
        .Add("39", "(SELECT count(*) = 2 FROM sellers WHERE rating = 10)")
        .Add("41", "(SELECT count(*) = 2 FROM fruits WHERE size = 'small')")
        .Add("45", "(SELECT string_agg(sellers_name || sellers_zip, ' ' ORDER BY ticket_id) = 'alice0 bob123' FROM tickets)")
        .Add("49", "(SELECT string_agg(name, ' ' ORDER BY id) = 'fig kiwi' FROM fruits)")
        .Add("53", "(SELECT count(*) = 1 FROM library WHERE value BETWEEN 0 AND 1000)")
        .Add("56", """
            (SELECT string_agg(concat_ws(' ', id, name, credit_card), ', ' ORDER BY id) = '1 alice 4111, 2 bob' FROM clients)
            AND (SELECT count(*) = 1 FROM orders WHERE user_id = 1 AND quantity = 4) AND (SELECT name = 'unnamed' AND price = 0 FROM items)
            AND (SELECT count(*) = 1 FROM phonebook WHERE provider_id = 1) AND (SELECT count(*) = 0 FROM products)
            """);
}
