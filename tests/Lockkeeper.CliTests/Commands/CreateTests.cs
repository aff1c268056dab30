using Lockkeeper.Migrations.Format;

namespace Lockkeeper.CliTests.Commands;

public sealed class CreateTests : IDisposable
{
    private readonly TemporaryFile _files = new("read.me", "");

    private string Folder => _files.Folder;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Somebody_is_asked_for_the_operation_and_its_fields()
    {
        var keys = new PressedKeys().Text("02_tag");
        Choose(keys, "add_column");
        keys.Key(ConsoleKey.Spacebar).Key(ConsoleKey.Enter) // add_column: up too
            .Text("orders")
            .Key(ConsoleKey.Spacebar).Key(ConsoleKey.Enter) // column: nullable too
            .Text("tag").Text("text")
            .Key(ConsoleKey.Enter) // true
            .Text("upper(note)")
            .Key(ConsoleKey.Enter); // no more operations
        var terminal = TestTerminal.Interactive().Pressing(keys);

        Assert.Equal(0, await terminal.RunAsync("create", Folder));

        Assert.True(keys.AllPressed);
        Assert.Equal(
            """
            operations:
            - add_column:
                table: orders
                column:
                  name: tag
                  type: text
                  nullable: true
                up: upper(note)
            """ + "\n",
            await File.ReadAllTextAsync(Path.Combine(Folder, "02_tag.yaml"), TestContext.Current.CancellationToken));
        Assert.Contains("02_tag.yaml", terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_go_together_is_said_and_the_file_stays()
    {
        var keys = new PressedKeys();
        Choose(keys, "sql");
        keys.Key(ConsoleKey.Spacebar).Key(ConsoleKey.DownArrow).Key(ConsoleKey.Spacebar).Key(ConsoleKey.Enter) // down and onComplete too
            .Text("SELECT 1").Text("SELECT 2").Key(ConsoleKey.Enter).Key(ConsoleKey.Enter);
        var terminal = TestTerminal.Interactive().Pressing(keys);

        Assert.Equal(0, await terminal.RunAsync("create", Folder, "--name", "02_sql"));

        Assert.Contains("LK1019", terminal.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Folder, "02_sql.yaml")));
    }

    [Theory]
    [InlineData("02_a.yaml", "operations: []\n")]
    [InlineData("02_a.json", "{\n  \"operations\": []\n}\n", "--json")]
    public async Task An_empty_file_needs_no_terminal(string file, string end, params string[] more)
    {
        var terminal = TestTerminal.Piped();

        Assert.Equal(0, await terminal.RunAsync(["create", Folder, "--name", "02_a", "--empty", .. more]));

        Assert.EndsWith(end, await File.ReadAllTextAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains(file, terminal.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--name", "02_a")]
    [InlineData("--empty")]
    public async Task Without_a_terminal_nothing_can_be_asked(params string[] args)
    {
        var terminal = TestTerminal.Piped();

        Assert.Equal(2, await terminal.RunAsync(["create", Folder, .. args]));

        Assert.Contains("there is no terminal to ask on. Give --name NAME and --empty", terminal.Error, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task A_file_is_never_written_over()
    {
        _files.Add("02_a.yml", "mine");
        var terminal = TestTerminal.Piped();

        Assert.Equal(3, await terminal.RunAsync("create", Folder, "--name", "02_a", "--empty"));

        Assert.Contains("error LK1402: ", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task A_name_is_that_of_a_file_in_the_folder(string name)
    {
        Assert.Equal(2, await TestTerminal.Piped().RunAsync("create", Folder, "--name", name, "--empty"));
        Assert.Single(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task A_name_that_cannot_be_is_asked_for_again()
    {
        _files.Add("02_a.yml", "mine");
        var keys = new PressedKeys().Text("a/b").Text("02_a.yaml").Text("02_a").Text("02_tag");
        var terminal = TestTerminal.Interactive().Pressing(keys);

        Assert.Equal(0, await terminal.RunAsync("create", Folder, "--empty"));

        Assert.True(keys.AllPressed);
        Assert.Contains("\"a/b\" cannot be the name of a file", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("has no extension", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("There is a file of that migration already", terminal.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Folder, "02_tag.yaml")));
    }

    [Fact]
    public async Task Somebody_who_gives_up_has_the_cursor_back()
    {
        var terminal = TestTerminal.Interactive().Pressing(new PressedKeys());

        // The keys that nobody presses end the question as an interruption does.
        Assert.Equal(1, await terminal.RunAsync("create", Folder, "--name", "02_a"));

        Assert.True(
            terminal.Error.LastIndexOf("\u001b[?25h", StringComparison.Ordinal) > terminal.Error.LastIndexOf("\u001b[?25l", StringComparison.Ordinal),
            terminal.ShownError);
    }

    [Fact]
    public async Task A_connection_that_cannot_be_read_is_in_nobodys_way()
    {
        var terminal = TestTerminal.Piped().With("LOCKKEEPER_PG_URL", "no url");

        Assert.Equal(0, await terminal.RunAsync("create", Folder, "--name", "02_a", "--empty"));
        Assert.Equal(0, await terminal.RunAsync("latest", "migration", "--local", Folder));
        Assert.Equal(2, await terminal.RunAsync("status"));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_said_before_anything_is_asked()
    {
        var terminal = TestTerminal.Interactive().Pressing(new PressedKeys());

        Assert.Equal(3, await terminal.RunAsync("create", Path.Combine(_files.Path, "sub")));

        Assert.Contains("LK1409", terminal.Error, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_said_so()
    {
        var terminal = TestTerminal.Piped();

        Assert.Equal(3, await terminal.RunAsync("create", Path.Combine(_files.Path, "sub"), "--name", "02_a", "--empty"));

        Assert.Contains("error LK1409: ", terminal.Error, StringComparison.Ordinal);
    }

    // The list begins with the first operation by name.
    private static void Choose(PressedKeys keys, string operation)
    {
        var at = MigrationFormat.Operations.Select(o => o.Name).ToList().IndexOf(operation);
        keys.Key(ConsoleKey.DownArrow, at).Key(ConsoleKey.Enter);
    }
}
