using System.Text.Json;
using System.Text.Json.Nodes;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class MigrationFormatTests
{
    // What a description cannot say: that there is nothing in a text, and that two fields do not go together.
    private static readonly string[] BeyondTheSchema = ["LK1010", "LK1019"];

    public static TheoryData<string> Names => [.. MigrationFormat.Operations.Select(operation => operation.Name)];

    private static JsonElement Schema => JsonDocument.Parse(MigrationFormat.JsonSchema()).RootElement;

    [Fact]
    public void The_published_schema_is_the_one_of_the_code()
    {
        var path = Path.Combine(RepositoryFolder.Find(), "schema", "migration.schema.json");
        if (Environment.GetEnvironmentVariable("LOCKKEEPER_ACCEPT") == "1")
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "Where nobody looks, nothing is accepted.");
            File.WriteAllText(path, MigrationFormat.JsonSchema());
        }

        Assert.Equal(File.ReadAllText(path), MigrationFormat.JsonSchema());
    }

    [Fact]
    public void A_key_is_asked_for_once() => Assert.All(
        MigrationFormat.Operations.SelectMany(operation => Mappings(operation.Fields)),
        fields => Assert.Equal(fields.Select(field => field.Key).Distinct(), fields.Select(field => field.Key)));

    [Theory, MemberData(nameof(Names))]
    public void What_is_made_from_the_description_is_read_and_passes_the_schema(string name)
    {
        var operation = Find(name);
        Assert.All([true, false], withAll =>
        {
            var text = SampleOf.Migration(operation, withAll);

            Assert.Empty(SchemaCheck.Refused(JsonDocument.Parse(text).RootElement, Schema));
            Assert.Empty(CodesOf(text).Except(BeyondTheSchema));
        });
    }

    [Theory, MemberData(nameof(Names))]
    public void Reader_and_schema_refuse_the_same_mistakes(string name)
    {
        var operation = Find(name);
        foreach (var (find, field) in Places(operation.Fields, body => body))
        {
            AssertRefused(operation, body => find(body).Remove(field.Key), refused: field.IsRequired);
            AssertRefused(operation, body => find(body)[field.Key] = null, refused: field.IsRequired);
            AssertRefused(operation, body => find(body)[field.Key] = 7, refused: true);
            AssertRefused(operation, body => find(body)[field.Key] = field.Kind == FieldKind.Name ? "" : new JsonArray(true), refused: true);
            AssertRefused(operation, body => find(body)[$"{field.Key}_"] = "x", refused: true);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"operations": []}""")]
    [InlineData("""{"operations": {"sql": {"up": "x"}}}""")]
    [InlineData("""{"operations": [{}]}""")]
    [InlineData("""{"operations": [{"sql": {"up": "x"}, "sql2": {"up": "x"}}]}""")]
    [InlineData("""{"operations": [{"no_such": {}}]}""")]
    [InlineData("""{"name": "m", "operations": [{"sql": {"up": "x"}}]}""")]
    [InlineData("""{"version_schema": 1, "operations": [{"sql": {"up": "x"}}]}""")]
    [InlineData("""{"baseline": "yes", "operations": [{"sql": {"up": "x"}}]}""")]
    public void Reader_and_schema_refuse_the_same_envelopes(string json)
    {
        Assert.NotEmpty(SchemaCheck.Refused(JsonDocument.Parse(json).RootElement, Schema));
        Assert.NotEmpty(CodesOf(json));
    }

    [Fact]
    public void Our_examples_pass_the_schema_and_are_read()
    {
        var files = MigrationFolder.List(Path.Combine(RepositoryFolder.Find(), "tests", "Lockkeeper.UnitTests", "Migrations", "Format", "Examples"));

        Assert.Equal(4, files.Length);
        Assert.All(files, file => AssertPasses(file.Path));
    }

    [Fact]
    public void Reader_and_schema_take_the_same_examples_of_pgroll()
    {
        var files = PgrollExamples.FilesOrSkip();

        Assert.All(files, file => Assert.Equal(
            CodesOf(File.ReadAllText(file), file).Length == 0,
            SchemaCheck.Refused(JsonDocument.Parse(CanonicalJson.Of(MigrationText.Parse(File.ReadAllText(file), file))).RootElement, Schema).Count == 0));
        Assert.Contains(files, file => CodesOf(File.ReadAllText(file), file).Length == 0);
    }

    private static void AssertPasses(string file)
    {
        var json = Migration.Parse(File.ReadAllText(file), file).CanonicalJson;

        Assert.Empty(SchemaCheck.Refused(JsonDocument.Parse(json).RootElement, Schema));
    }

    private static void AssertRefused(OperationFormat operation, Action<JsonObject> change, bool refused)
    {
        var root = JsonNode.Parse(SampleOf.Migration(operation, withAll: true))!;
        change((JsonObject)root["operations"]![0]![operation.Name]!);
        var text = SampleOf.Text(root);

        Assert.Equal(
            (refused, refused, text),
            (SchemaCheck.Refused(JsonDocument.Parse(text).RootElement, Schema).Count > 0, CodesOf(text).Except(BeyondTheSchema).Any(), text));
    }

    // Every field at every depth, with the way to the mapping that has it.
    private static IEnumerable<(Func<JsonObject, JsonObject> Find, FieldFormat Field)> Places(
        IEnumerable<FieldFormat> fields, Func<JsonObject, JsonObject> find) => fields.SelectMany(field => Places(
            field.Fields,
            field.Kind == FieldKind.Mappings ? body => (JsonObject)find(body)[field.Key]![0]! : body => (JsonObject)find(body)[field.Key]!).Prepend((find, field)));

    private static OperationFormat Find(string name) => MigrationFormat.Operations.Single(operation => operation.Name == name);

    private static IEnumerable<IReadOnlyList<FieldFormat>> Mappings(IReadOnlyList<FieldFormat> fields) =>
        fields.SelectMany(field => Mappings(field.Fields)).Prepend(fields);

    private static string[] CodesOf(string text, string fileName = "m.json")
    {
        try
        {
            _ = Migration.Parse(text, fileName);
            return [];
        }
        catch (MigrationFormatException refused)
        {
            return [.. refused.Problems.Select(problem => problem.Code)];
        }
    }
}
