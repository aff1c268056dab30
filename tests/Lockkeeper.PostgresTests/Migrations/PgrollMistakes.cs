using System.Collections.Immutable;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>Every validation of every operation of pgroll 0.16.2 (its op_*.go), on the tables of <see cref="Tables"/>.</summary>
internal static class PgrollMistakes
{
    public const string Tables = """
        CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, note text, plain integer, CONSTRAINT orders_note CHECK (note <> ''),
            CONSTRAINT both_of_them CHECK (note <> customer));
        CREATE TABLE users (id bigint PRIMARY KEY);
        CREATE INDEX orders_plain ON orders (plain);
        """;

    private const string Long = "a123456789b123456789c123456789d123456789e123456789f123456789g123";

    public static readonly ImmutableArray<PgrollMistake> All =
    [
        new("InvalidMigrationError, `down` with `onComplete`", "LK1019", "sql: {up: SELECT 1, down: SELECT 2, onComplete: true}"),
        new("EmptyMigrationError", "LK1010", "sql: {up: ''}"),
        new("EmptyMigrationError", "LK1010"),

        new("TableAlreadyExistsError", "LK1103", "create_table: {name: orders, columns: [{name: id, type: int}]}"),
        new("TableAlreadyExistsError", "LK1103", "rename_table: {from: orders, to: users}"),

        new("TableDoesNotExistError", "LK1101", "drop_table: {name: nowhere}"),
        new("TableDoesNotExistError", "LK1101", "rename_table: {from: nowhere, to: x}"),
        new("TableDoesNotExistError", "LK1101", "rename_column: {table: nowhere, from: note, to: x}"),
        new("TableDoesNotExistError", "LK1101", "rename_constraint: {table: nowhere, from: note, to: x}"),
        new("TableDoesNotExistError", "LK1101", "add_column: {table: nowhere, column: {name: a, type: text, nullable: true}}"),
        new("TableDoesNotExistError", "LK1101", "drop_column: {table: nowhere, column: note}"),
        new("TableDoesNotExistError", "LK1101", "alter_column: {table: nowhere, column: note, comment: x}"),
        new("TableDoesNotExistError", "LK1101", "create_index: {name: i, table: nowhere, columns: [{column: note}]}"),
        new("TableDoesNotExistError", "LK1101", "create_constraint: {name: c, table: nowhere, type: unique, columns: [note]}"),
        new("TableDoesNotExistError", "LK1101", "drop_constraint: {table: nowhere, name: orders_note, down: note}"),
        new("TableDoesNotExistError", "LK1101", "drop_multicolumn_constraint: {table: nowhere, name: both_of_them, down: {note: note}}"),
        new("TableDoesNotExistError", "LK1101", "set_replica_identity: {table: nowhere, identity: {type: full, index: ''}}"),

        new("ColumnAlreadyExistsError", "LK1104", "add_column: {table: orders, column: {name: note, type: text, nullable: true}}"),
        new("ColumnAlreadyExistsError", "LK1104", "rename_column: {table: orders, from: note, to: plain}"),
        new("ColumnAlreadyExistsError", "LK1104", "create_table: {name: t, columns: [{name: a, type: int}, {name: a, type: int}]}"),

        new("ColumnIsInvalidError", "LK1004", "create_table: {name: t, columns: [{name: a}]}"),
        new("ColumnIsInvalidError", "LK1004", "create_table: {name: t, columns: [{type: int}]}"),
        new("ColumnIsInvalidError", "LK1004", "add_column: {table: orders, column: {name: a, nullable: true}}"),
        new("ColumnIsInvalidError", "LK1006", "create_table: {name: t, columns: [{name: '', type: int}]}"),
        new("ColumnIsInvalidError", "LK1106", "create_table: {name: t, columns: [{name: a, type: ''}]}"),
        new("ColumnIsInvalidError", "LK1106", "add_column: {table: orders, column: {name: a, type: '', nullable: true}}"),

        new("ColumnDoesNotExistError", "LK1102", "rename_column: {table: orders, from: nowhere, to: x}"),
        new("ColumnDoesNotExistError", "LK1102", "drop_column: {table: orders, column: nowhere}"),
        new("ColumnDoesNotExistError", "LK1102", "alter_column: {table: orders, column: nowhere, comment: x}"),
        new("ColumnDoesNotExistError", "LK1102", "create_index: {name: i, table: orders, columns: [{column: nowhere}]}"),
        new("ColumnDoesNotExistError", "LK1102", "create_constraint: {name: c, table: orders, type: unique, columns: [nowhere]}"),

        new("ColumnMigrationMissingError", "LK1154", "create_constraint: {name: c, table: orders, type: unique, columns: [note, plain], up: {note: note, plain: plain}, down: {plain: plain}}"),
        new("ColumnMigrationMissingError", "LK1154", "create_constraint: {name: c, table: orders, type: unique, columns: [note, plain], up: {note: note}, down: {note: note, plain: plain}}"),
        new("ColumnMigrationMissingError", "LK1154", "drop_multicolumn_constraint: {table: orders, name: both_of_them, down: {note: note}}"),
        new("ColumnMigrationRedundantError", "LK1155", "drop_multicolumn_constraint: {table: orders, name: both_of_them, down: {note: note, customer: customer, plain: plain}}"),
        new("ColumnMigrationRedundantError", "LK1155", "drop_multicolumn_constraint: {table: orders, name: both_of_them, up: {plain: plain}, down: {note: note, customer: customer}}"),

        new("ColumnIsNotNullableError, ColumnIsNullableError", "LK1113", "alter_column: {table: orders, column: customer, nullable: false, up: customer}"),
        new("ColumnIsNotNullableError, ColumnIsNullableError", "LK1113", "alter_column: {table: orders, column: note, nullable: true, down: note}"),

        new("IndexAlreadyExistsError", "LK1120", "create_index: {name: orders_plain, table: orders, columns: [{column: note}]}"),
        new("IndexAlreadyExistsError", "LK1120", "create_index: {name: users_pkey, table: orders, columns: [{column: note}]}"),
        new("IndexDoesNotExistError", "LK1134", "drop_index: {name: nowhere}"),
        new("IndexDoesNotExistError", "LK1134", "set_replica_identity: {table: orders, identity: {type: index, index: nowhere}}"),

        new("FieldRequiredError, a key of the file", "LK1004", "rename_column: {table: orders, from: note}"),
        new("FieldRequiredError, a key of the file", "LK1004", "rename_column: {table: orders, to: note}"),
        new("FieldRequiredError, a key of the file", "LK1004", "alter_column: {table: orders, column: note, unique: {}}"),
        new("FieldRequiredError, a key of the file", "LK1004", "create_index: {table: orders, columns: [{column: note}]}"),
        new("FieldRequiredError, a key of the file", "LK1019", "create_index: {name: i, table: orders, columns: [{sort: DESC}]}"),
        new("FieldRequiredError, a key of the file", "LK1004", "create_table: {name: t, columns: [{name: a, type: int}], constraints: [{type: unique, columns: [a]}]}"),
        new("FieldRequiredError, a key of the file", "LK1019", "create_table: {name: t, columns: [{name: a, type: int}], constraints: [{name: c, type: unique}]}"),
        new("FieldRequiredError, a key of the file", "LK1019", "create_table: {name: t, columns: [{name: a, type: int}], constraints: [{name: c, type: check}]}"),
        new("FieldRequiredError, a key of the file", "LK1019", "create_table: {name: t, columns: [{name: a, type: int}], constraints: [{name: c, type: primary_key}]}"),
        new("FieldRequiredError, a key of the file", "LK1019", "create_table: {name: t, columns: [{name: a, type: bigint}], constraints: [{name: c, type: foreign_key, references: {table: users, columns: [id]}}]}"),
        new("FieldRequiredError, a key of the file", "LK1019", "create_table: {name: t, columns: [{name: a, type: bigint}], constraints: [{name: c, type: foreign_key, columns: [a]}]}"),
        new("FieldRequiredError, a key of the file", "LK1019", "create_table: {name: t, columns: [{name: a, type: bigint}], constraints: [{name: c, type: exclude}]}"),
        new("FieldRequiredError, a key of the file", "LK1019", "create_constraint: {name: c, table: orders, type: unique}"),
        new("FieldRequiredError, a key of the file", "LK1019", "create_constraint: {name: c, table: orders, type: check, columns: [note]}"),
        new("FieldRequiredError, a key of the file", "LK1019", "create_constraint: {name: c, table: orders, type: foreign_key, columns: [id]}"),
        new("FieldRequiredError, a key of the file", "LK1004", "drop_constraint: {table: orders, down: note}"),
        new("FieldRequiredError, a key of the file", "LK1004", "drop_multicolumn_constraint: {table: orders, down: {note: note}}"),

        new("FieldRequiredError, `up` or `down`", "LK1108", "add_column: {table: orders, column: {name: a, type: text}}"),
        new("FieldRequiredError, `up` or `down`", "LK1108", "alter_column: {table: orders, column: note, type: bytea, up: note::bytea}"),
        new("FieldRequiredError, `up` or `down`", "LK1108", "alter_column: {table: orders, column: note, type: bytea, down: note::text}"),

        new("ColumnReferenceError", "LK1101", "add_column: {table: orders, column: {name: a, type: int, nullable: true, references: {name: f, table: nowhere, column: id}}}"),
        new("ColumnReferenceError", "LK1102", "add_column: {table: orders, column: {name: a, type: int, nullable: true, references: {name: f, table: users, column: nowhere}}}"),
        new("ColumnReferenceError", "LK1101", "create_table: {name: t, columns: [{name: a, type: int, references: {name: f, table: nowhere, column: id}}]}"),
        new("ColumnReferenceError", "LK1102", "create_table: {name: t, columns: [{name: a, type: int, references: {name: f, table: users, column: nowhere}}]}"),
        new("ColumnReferenceError", "LK1004", "create_table: {name: t, columns: [{name: a, type: int, references: {table: users, column: id}}]}"),
        new("ColumnReferenceError", "LK1006", $"create_table: {{name: t, columns: [{{name: a, type: int, references: {{name: {Long}, table: users, column: id}}}}]}}"),
        new("ColumnReferenceError", "LK1101", "alter_column: {table: orders, column: id, references: {name: f, table: nowhere, column: id}, up: id, down: id}"),
        new("ColumnReferenceError", "LK1102", "alter_column: {table: orders, column: id, references: {name: f, table: users, column: nowhere}, up: id, down: id}"),
        new("ColumnReferenceError", "LK1101", "create_constraint: {name: c, table: orders, type: foreign_key, columns: [id], references: {table: nowhere, columns: [id]}}"),
        new("ColumnReferenceError", "LK1102", "create_constraint: {name: c, table: orders, type: foreign_key, columns: [id], references: {table: users, columns: [nowhere]}}"),
        new("ColumnReferenceError", "LK1117", "add_column: {table: users, column: {name: a, type: text, nullable: true, references: {name: f, table: orders, column: note}}}"),

        new("CheckConstraintError", "LK1004", "create_table: {name: t, columns: [{name: a, type: int, check: {name: c}}]}"),
        new("CheckConstraintError", "LK1004", "add_column: {table: orders, column: {name: a, type: int, nullable: true, check: {constraint: a > 0}}}"),
        new("CheckConstraintError", "LK1004", "alter_column: {table: orders, column: plain, check: {name: c}, up: plain, down: plain}"),
        new("CheckConstraintError", "LK1105", "create_table: {name: t, columns: [{name: a, type: int, check: {name: c, constraint: b > 0}}]}"),
        new("CheckConstraintError", "LK1019", "create_table: {name: t, columns: [{name: a, type: int}], constraints: [{name: c, type: check, check: a > 0, deferrable: true}]}"),
        new("CheckConstraintError", "LK1019", "create_table: {name: t, columns: [{name: a, type: int}], constraints: [{name: c, type: check, check: a > 0, nulls_not_distinct: true}]}"),
        new("CheckConstraintError", "LK1019", "create_table: {name: t, columns: [{name: a, type: int}], constraints: [{name: c, type: check, check: a > 0, index_parameters: {tablespace: x}}]}"),

        new("ConstraintDoesNotExistError", "LK1131", "rename_constraint: {table: orders, from: nowhere, to: x}"),
        new("ConstraintDoesNotExistError", "LK1150", "drop_constraint: {table: orders, name: nowhere, down: note}"),
        new("ConstraintDoesNotExistError", "LK1150", "drop_multicolumn_constraint: {table: orders, name: nowhere, down: {note: note}}"),
        new("ConstraintAlreadyExistsError", "LK1112", "rename_constraint: {table: orders, from: both_of_them, to: orders_note}"),
        new("ConstraintAlreadyExistsError", "LK1112", "alter_column: {table: orders, column: plain, check: {name: orders_note, constraint: plain > 0}, up: plain, down: plain}"),
        new("ConstraintAlreadyExistsError", "LK1112", "alter_column: {table: orders, column: id, references: {name: orders_note, table: users, column: id}, up: id, down: id}"),
        new("ConstraintAlreadyExistsError", "LK1112", "alter_column: {table: orders, column: plain, unique: {name: orders_note}, up: plain, down: plain}"),
        new("ConstraintAlreadyExistsError", "LK1112", "create_constraint: {name: orders_note, table: orders, type: unique, columns: [note]}"),
        new("ConstraintAlreadyExistsError", "LK1112", "create_constraint: {name: orders_pkey, table: orders, type: check, columns: [note], check: note <> ''}"),

        new("InvalidReplicaIdentityError", "LK1011", "set_replica_identity: {table: orders, identity: {type: wrong, index: ''}}"),
        new("InvalidReplicaIdentityError", "LK1132", "set_replica_identity: {table: orders, identity: {type: index, index: orders_plain}}"),
        new("InvalidOnDeleteSettingError", "LK1011", "create_table: {name: t, columns: [{name: a, type: int, references: {name: f, table: users, column: id, on_delete: PERISH}}]}"),
        new("InvalidOnDeleteSettingError", "LK1011", "create_table: {name: t, columns: [{name: a, type: int, references: {name: f, table: users, column: id, on_update: PERISH}}]}"),
        new("InvalidOnDeleteSettingError", "LK1011", "create_table: {name: t, columns: [{name: a, type: int, references: {name: f, table: users, column: id, match_type: ROUGHLY}}]}"),
        new("InvalidOnDeleteSettingError", "LK1011", "create_constraint: {name: c, table: orders, type: foreign_key, columns: [id], references: {table: users, columns: [id], on_delete: PERISH}}"),
        new("UnexpectedOnDeleteSetColumnError", "LK1019", "create_table: {name: t, columns: [{name: a, type: bigint}], constraints: [{name: c, type: foreign_key, columns: [a], references: {table: users, columns: [id], on_delete: CASCADE, on_delete_set_columns: [a]}}]}"),
        new("InvalidOnDeleteSetColumnError", "LK1157", "create_table: {name: t, columns: [{name: a, type: bigint}, {name: b, type: int}], constraints: [{name: c, type: foreign_key, columns: [a], references: {table: users, columns: [id], on_delete: SET NULL, on_delete_set_columns: [b]}}]}"),

        new("AlterColumnNoChangesError", "LK1109", "alter_column: {table: orders, column: note, up: note, down: note}"),

        new("InvalidIdentifierLengthError", "LK1006", $"create_table: {{name: {Long}, columns: [{{name: a, type: int}}]}}"),
        new("InvalidIdentifierLengthError", "LK1006", $"create_table: {{name: t, columns: [{{name: {Long}, type: int}}]}}"),
        new("InvalidIdentifierLengthError", "LK1006", $"create_table: {{name: t, columns: [{{name: a, type: int}}], constraints: [{{name: {Long}, type: unique, columns: [a]}}]}}"),
        new("InvalidIdentifierLengthError", "LK1006", $"add_column: {{table: orders, column: {{name: {Long}, type: int, nullable: true}}}}"),
        new("InvalidIdentifierLengthError", "LK1006", $"rename_table: {{from: orders, to: {Long}}}"),
        new("InvalidIdentifierLengthError", "LK1006", $"rename_column: {{table: orders, from: note, to: {Long}}}"),
        new("InvalidIdentifierLengthError", "LK1006", $"rename_constraint: {{table: orders, from: orders_note, to: {Long}}}"),
        new("InvalidIdentifierLengthError", "LK1006", $"create_index: {{name: {Long}, table: orders, columns: [{{column: note}}]}}"),
        new("InvalidIdentifierLengthError", "LK1006", $"create_constraint: {{name: {Long}, table: orders, type: unique, columns: [note]}}"),
        new("InvalidIdentifierLengthError", "LK1006", "rename_table: {from: orders, to: überübergrößenträgerübergrößenträger}".Replace("über", "übergrößenträger", StringComparison.Ordinal)),

        new("MultiColumnConstraintsNotSupportedError", "LK1156", "drop_constraint: {table: orders, name: both_of_them, up: note, down: note}"),
        new("PrimaryKeysAreAlreadySetError", "LK1151", "create_table: {name: t, columns: [{name: a, type: int, pk: true}], constraints: [{name: c, type: primary_key, columns: [a]}]}"),
        new("PrimaryKeysAreAlreadySetError", "LK1151", "create_constraint: {name: c, table: orders, type: primary_key, columns: [note]}"),
        new("InvalidGeneratedColumnError", "LK1019", "add_column: {table: orders, column: {name: a, type: int, nullable: true, generated: {expression: '1', identity: {}}}}"),
        new("\"adding primary key columns is not supported\"", "LK1111", "add_column: {table: orders, column: {name: a, type: int, pk: true}, up: id}"),
        new("unknown migration type", "LK1009", "no_such_thing: {}"),
        new("an entry of `operations` with several keys, or none", "LK1008", "{}"),
        new("an entry of `operations` with several keys, or none", "LK1008", "{drop_index: {name: orders_plain}, drop_table: {name: users}}"),
        new("unknown field", "LK1003", "drop_column: {table: orders, column: note, cascade: true}"),
        new("incompatible migration(s)", "LK1005", "create_index: {name: i, table: orders, columns: [note]}"),
    ];
}
