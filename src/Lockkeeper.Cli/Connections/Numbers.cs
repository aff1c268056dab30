using System.Globalization;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Connections;

/// <summary>Whole numbers given as text by an option or a variable.</summary>
internal static class Numbers
{
    public static int Read(string text, int least, int most, string option, string unit) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"{option} must be {least} to {most} {unit}; \"{text}\" was given."));
}
