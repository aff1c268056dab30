namespace Lockkeeper.Migrations;

/// <summary>A verb could not be done. Says what is now true of the database and what to do.</summary>
public sealed class MigrationException : Exception
{
    internal MigrationException(
        string code, MigrationOutcome outcome, string problem, string isTrue, string whatToDo, Exception? innerException = null)
        : base($"{code}: {problem} {isTrue} {whatToDo}", innerException)
    {
        Code = code;
        Outcome = outcome;
        Problem = problem;
        IsTrue = isTrue;
        WhatToDo = whatToDo;
    }

    /// <summary>A stable code; <c>docs/errors</c> has one page for each.</summary>
    public string Code { get; }

    /// <summary>What is now true of the database, for programs.</summary>
    public MigrationOutcome Outcome { get; }

    /// <summary>What went wrong, in a sentence.</summary>
    public string Problem { get; }

    /// <summary>What is now true of the database, in a sentence.</summary>
    public string IsTrue { get; }

    /// <summary>What to do, in a sentence.</summary>
    public string WhatToDo { get; }
}
