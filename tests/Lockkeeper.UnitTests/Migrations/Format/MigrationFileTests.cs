using System.Text;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class MigrationFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lockkeeper-format-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, params byte[] content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static Task<string> ReadAsync(string path) =>
        MigrationFile.ReadTextAsync(path, TestContext.Current.CancellationToken);

    private static async Task<string> RefusalAsync(string path) =>
        (await Assert.ThrowsAsync<MigrationFormatException>(() => ReadAsync(path))).Message;

    [Fact]
    public async Task A_file_is_read_without_its_byte_order_mark() =>
        Assert.Equal("é: 1", await ReadAsync(Write("a.yaml", [0xEF, 0xBB, 0xBF, .. "é: 1"u8])));

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var path = Path.Combine(_folder, "absent.yaml");

        Assert.StartsWith($"LK1012: {path}: The file cannot be read: ", await RefusalAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_no_file()
    {
        var path = Directory.CreateDirectory(Path.Combine(_folder, "folder.yaml")).FullName;

        Assert.StartsWith($"LK1012: {path}: ", await RefusalAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_cannot_be_one_is_refused() =>
        Assert.StartsWith("LK1012: ", await RefusalAsync("a\0b.yaml"), StringComparison.Ordinal);

    [Fact]
    public async Task What_is_not_UTF_8_is_refused_at_its_first_wrong_byte()
    {
        var path = Write("latin1.yaml", [.. "a: 1\né: "u8, 0xE9, .. "t\n"u8]);

        Assert.Equal($"LK1014: {path}:2:4: The byte 0xE9 here is not UTF-8. Save the file as UTF-8.", await RefusalAsync(path));
    }

    [Fact]
    public async Task A_file_in_UTF_16_is_recognised()
    {
        var path = Write("wide.json", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("{}")]);

        Assert.Equal(
            $"LK1014: {path}: The file is UTF-16, as some editors and shells of Windows write. Save it as UTF-8.",
            await RefusalAsync(path));
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_not_read_to_its_end()
    {
        var path = Write("large.json", new byte[FormatLimits.MaxBytes + 1]);

        Assert.Equal(
            $"LK1015: {path}: The file is larger than 8 MiB. A migration holds no data: is this the right file?",
            await RefusalAsync(path));
    }

    [Fact]
    public void A_text_that_is_too_large_is_refused_too() =>
        Assert.StartsWith(
            "LK1015: m.json: ", Refused.Message(() => MigrationText.Parse(new string(' ', FormatLimits.MaxBytes + 1), "m.json")),
            StringComparison.Ordinal);
}
