namespace Lockkeeper.Cli.Running;

/// <summary>What was asked for does not go with what the database or the folder holds. Nothing was changed.</summary>
internal sealed class RefusedException(string code, string problem, string whatToDo) : Exception($"{code}: {problem} {whatToDo}")
{
    public string Code => code;

    public string Problem => problem;

    public string WhatToDo => whatToDo;

    /// <summary>What is now true, when it is less than that nothing was changed.</summary>
    public string IsTrue { get; init; } = Failures.Untouched;
}
