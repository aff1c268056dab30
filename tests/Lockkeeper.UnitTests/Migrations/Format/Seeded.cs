using System.Security.Cryptography;
using FsCheck;

namespace Lockkeeper.UnitTests.Migrations.Format;

/// <summary>Runs properties from a seed that is printed, and that LOCKKEEPER_SEED repeats; LOCKKEEPER_RUNS multiplies the runs.</summary>
internal static class Seeded
{
    public static void Check(Property property, int runs)
    {
        var times = int.Parse(Environment.GetEnvironmentVariable("LOCKKEEPER_RUNS") ?? "1", System.Globalization.CultureInfo.InvariantCulture);
        var given = Environment.GetEnvironmentVariable("LOCKKEEPER_SEED");
        var seed = given is null
            ? (ulong)RandomNumberGenerator.GetInt32(int.MaxValue)
            : ulong.Parse(given, System.Globalization.CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"LOCKKEEPER_SEED={seed}");

        // FsCheck wants the second half of its seed odd.
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(runs * times).WithReplay(seed, 1));
    }
}
