using Lockkeeper.Migrations.Planning;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockkeeper.Cli.Output.Plans;

/// <summary>Shows a plan: as a tree on a terminal, as indented lines elsewhere.</summary>
internal static class PlanView
{
    private const int Indent = 2;

    public static void Write(Screen screen, MigrationPlan plan)
    {
        screen.Line($"[bold]{Shown.Line(plan.Migration)}[/]  schema {Shown.Line(plan.Schema.ToString())}, "
            + $"new version {Shown.Line(plan.VersionSchema.ToString())}");
        if (!plan.Squashed.IsEmpty)
        {
            screen.Line($"[dim]squashed into it:[/] {Shown.Line(string.Join(", ", plan.Squashed))}");
        }

        foreach (var note in plan.Notes)
        {
            screen.Line($"[yellow]note:[/] {Shown.Line(note)}");
        }

        foreach (var part in PlanOutline.Of(plan))
        {
            screen.Line();
            if (screen.IsTerminal)
            {
                screen.Write(TreeOf(part));
            }
            else
            {
                WriteLines(screen, part, 0);
            }
        }
    }

    private static Tree TreeOf(Outline outline)
    {
        var tree = new Tree(NodeOf(outline)) { Style = new Style(decoration: Decoration.Dim) };
        AddParts(tree, outline);
        return tree;
    }

    private static void AddParts(IHasTreeNodes parent, Outline outline)
    {
        foreach (var part in outline.Parts)
        {
            AddParts(parent.AddNode(NodeOf(part)), part);
        }
    }

    private static Rows NodeOf(Outline outline) => new(
        [new Markup(outline.Heading), .. outline.Details.Select(IRenderable (detail) => new Padder(new Markup(detail), new Padding(Indent, 0, 0, 0)))]);

    private static void WriteLines(Screen screen, Outline outline, int depth)
    {
        WriteIndented(screen, outline.Heading, depth * Indent);
        foreach (var detail in outline.Details)
        {
            WriteIndented(screen, detail, (depth + 1) * Indent);
        }

        foreach (var part in outline.Parts)
        {
            screen.Line();
            WriteLines(screen, part, depth + 1);
        }
    }

    private static void WriteIndented(Screen screen, string markup, int indent)
    {
        foreach (var line in markup.Split('\n'))
        {
            // Only here are tags cut in two: where there are lines, there are no colours.
            screen.Line(new string(' ', indent) + Markup.Escape(Markup.Remove(line)));
        }
    }
}
