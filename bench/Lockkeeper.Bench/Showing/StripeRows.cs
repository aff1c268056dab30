using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Bench.Measuring;

namespace Lockkeeper.Bench.Showing;

/// <summary>The cells of the comparison of stripes: processor seconds of the server, and how the table grew.</summary>
internal static class StripeRows
{
    public static ImmutableArray<string> Header { get; } =
        ["row", "room", "indexes", "the rule's choice", "1", "2", "4", "8", "12", "16"];

    public static ImmutableArray<string> Of(StripeResult result) =>
    [
        result.Table.Shape,
        Text($"{result.Table.Room} %"),
        Text($"{result.Table.Indexes}"),
        Text($"{result.Runs[0].Stripes}: {Cell(result.Runs[0])}"),
        .. result.Runs.Skip(1).Select(Cell),
    ];

    private static string Cell(StripeRun run) => Text($"{run.ServerSeconds:0.00} s, {run.Growth:0.00}x");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
