namespace Lockkeeper.Cli.Running;

/// <summary>What was asked for does not go with what the database or the folder holds. Nothing was changed.</summary>
internal sealed class RefusedException(string code, string problem, string whatToDo) : Exception($"{code}: {problem} {whatToDo}")
{
    public string Code => code;

    public string Problem => problem;

    public string WhatToDo => whatToDo;
}
