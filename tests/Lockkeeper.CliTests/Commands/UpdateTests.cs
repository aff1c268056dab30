using Lockkeeper.Migrations.Format;

namespace Lockkeeper.CliTests.Commands;

public sealed class UpdateTests : IDisposable
{
    private const string Old = "name: old\noperations: [{sql: {up: SELECT 1}}]\n";
    private const string New = "operations:\n- sql:\n    up: SELECT 1\n";

    private readonly TemporaryFile _files = new("read.me", "");

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Only_what_is_old_is_rewritten()
    {
        var current = "operations:   [{sql: {up: SELECT 2}}]";
        _files.Add("01_a.yaml", current);
        _files.Add("02_b.yml", Old);
        _files.Add("03_c.json", """{"name": "x", "operations": [{"sql": {"up": "SELECT 3"}}]}""");

        var result = await UpdateAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal($"{PathOf("02_b.yml")}\n{PathOf("03_c.json")}\n", result.Out);
        Assert.Equal(current, Read("01_a.yaml"));
        Assert.Equal(New, Read("02_b.yml"));
        Assert.StartsWith("{\n  \"operations\": [", Read("03_c.json"), StringComparison.Ordinal);
        Assert.Equal(4, Directory.GetFiles(_files.Folder).Length);
        Assert.Empty((await UpdateAsync()).Out);
    }

    [Fact]
    public async Task A_file_with_comments_is_kept_beside_the_new_one()
    {
        _files.Add("02_b.yaml", "# why\n" + Old);

        var result = await UpdateAsync();

        Assert.Equal("# why\n" + Old, Read("02_b.yaml.orig"));
        Assert.Equal(New, Read("02_b.yaml"));
        Assert.Contains("02_b.yaml.orig", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_kept_before_is_not_written_over()
    {
        _files.Add("02_b.yaml", "# why\n" + Old);
        _files.Add("02_b.yaml.orig", "older");

        var result = await UpdateAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("older", Read("02_b.yaml.orig"));
        Assert.Equal("# why\n" + Old, Read("02_b.yaml.orig2"));
        Assert.Equal(New, Read("02_b.yaml"));
    }

    [Fact]
    public async Task What_is_wrong_besides_the_format_is_said_and_only_that()
    {
        _files.Add("02_i.yaml", "name: x\noperations: [{create_index: {name: i, table: t, columns: {a: {sort: UPWARD}}}}]");

        var result = await UpdateAsync();

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("02_i.yaml:2:69: error LK1011: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("LK1007", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Split("error LK").Length - 1);
    }

    [Fact]
    public async Task A_pipe_is_refused_and_nobody_waits_for_what_it_may_hold()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "No folder of Windows holds a pipe.");
        using var make = System.Diagnostics.Process.Start("mkfifo", PathOf("02_b.yaml"));
        await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(PathOf("03_c.yaml"), PathOf("02_b.yaml"));

        var result = await Task.Run(UpdateAsync).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(2, result.Error.Split("error LK1010: The file is empty, or is a pipe").Length - 1);
    }

    [Fact]
    public async Task A_file_that_is_not_UTF_8_is_left_as_it_is()
    {
        var path = _files.Add("02_b.yaml", "");
        byte[] latin1 = [.. "name: x # "u8, 0xE9, .. "\noperations: [{sql: {up: SELECT 1}}]\n"u8];
        await File.WriteAllBytesAsync(path, latin1, TestContext.Current.CancellationToken);

        var result = await UpdateAsync();

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(latin1, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_stops_none_of_the_others()
    {
        _files.Add("02_b.yaml", Old);
        _files.Add("03_c.yaml", Old);
        Directory.CreateDirectory(PathOf("02_b.yaml.new"));

        var result = await UpdateAsync();

        Assert.Equal(3, result.ExitCode);
        Assert.Equal($"{PathOf("03_c.yaml")}\n", result.Out);
        Assert.Contains("LK1409", result.Error, StringComparison.Ordinal);
        Assert.Equal(Old, Read("02_b.yaml"));
        Assert.Equal(New, Read("03_c.yaml"));
    }

    [Fact]
    public async Task A_file_that_would_not_read_afterwards_either_is_left_as_it_is()
    {
        var broken = "name: x\noperations: [{sql: {upp: SELECT 1}}]";
        _files.Add("02_b.yaml", broken);
        _files.Add("03_c.yaml", "operations: [");
        _files.Add("04_d.yaml", Old);

        var result = await UpdateAsync();

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(broken, Read("02_b.yaml"));
        Assert.Equal(New, Read("04_d.yaml"));
        Assert.Contains("LK1003", result.Error, StringComparison.Ordinal);
        Assert.Contains("03_c.yaml:1:", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_of_an_index_become_a_list_of_mappings()
    {
        Assert.SkipUnless(MigrationFormat.Operations.Any(operation => operation.Name == "create_index"), "There is no create_index.");
        _files.Add("02_i.yaml", "operations: [{create_index: {name: i, table: t, columns: [a, b]}}]");

        Assert.Equal(0, (await UpdateAsync()).ExitCode);

        Assert.Contains("    columns:\n    - column: a\n    - column: b\n", Read("02_i.yaml"), StringComparison.Ordinal);
    }

    private async Task<CommandResult> UpdateAsync()
    {
        var terminal = TestTerminal.Piped();
        return new CommandResult(await terminal.RunAsync("update", _files.Folder), terminal.Out, terminal.Error);
    }

    private string PathOf(string name) => Path.Combine(_files.Folder, name);

    private string Read(string name) => File.ReadAllText(PathOf(name));
}
