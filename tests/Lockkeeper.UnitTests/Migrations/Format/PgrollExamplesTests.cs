using Lockkeeper.Migrations.Format;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class PgrollExamplesTests
{
    private static readonly string[] OperationNames =
    [
        "create_table", "rename_table", "drop_table", "add_column", "alter_column", "drop_column", "rename_column",
        "create_index", "drop_index", "create_constraint", "rename_constraint", "drop_constraint",
        "drop_multicolumn_constraint", "set_replica_identity", "sql",
    ];

    [Fact]
    public void Every_example_is_read_and_its_canonical_form_reads_back_the_same()
    {
        var files = PgrollExamples.FilesOrSkip();

        Assert.Equal(56, files.Length);
        Assert.All(files, file =>
        {
            var document = MigrationReader.ReadDocument(File.ReadAllText(file), file, OperationNames);
            var again = MigrationReader.ReadDocument(document.CanonicalJson, Path.ChangeExtension(file, ".json"), OperationNames);

            Assert.NotEmpty(document.Operations);
            Assert.Equal(document, again);
            Assert.Equal(document.Checksum, again.Checksum);
            Assert.Equal(document.Operations.Select(o => o.Kind), again.Operations.Select(o => o.Kind));
        });
    }

    [Fact]
    public void The_folder_of_examples_is_listed_in_the_order_of_its_numbers()
    {
        var files = PgrollExamples.FilesOrSkip();

        Assert.Equal(
            files.Select(Path.GetFileNameWithoutExtension), MigrationFolder.List(Path.GetDirectoryName(files[0])!).Select(m => m.Name));
    }
}
