using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>A place in a file and what is wrong there; line and column are 0 when the whole file is meant.</summary>
internal sealed record PlaceOutput(string Code, string File, int Line, int Column, string Problem, string WhatToDo)
{
    public static PlaceOutput Of(FormatProblem problem) => new(
        problem.Code, problem.Position.File, problem.Position.Line, problem.Position.Column, problem.Message, problem.Remedy);
}
