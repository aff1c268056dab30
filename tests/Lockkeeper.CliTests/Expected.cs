namespace Lockkeeper.CliTests;

/// <summary>Compares text with a file beside the test. LOCKKEEPER_ACCEPT=1 writes the file instead, which CI refuses.</summary>
internal static class Expected
{
    public static void IsIn(string actual, params string[] path)
    {
        var file = Repository.PathOf(["tests", "Lockkeeper.CliTests", .. path]);
        var text = string.Join('\n', actual.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("LOCKKEEPER_ACCEPT") == "1")
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI compares; it accepts nothing.");
            File.WriteAllText(file, text);
            return;
        }

        Assert.True(File.Exists(file), $"{file} is missing; LOCKKEEPER_ACCEPT=1 writes it.");
        Assert.Equal(File.ReadAllText(file), text);
    }
}
