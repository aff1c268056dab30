namespace Lockkeeper.Migrations.State;

/// <summary>Which of a plan's lists of stages is being run.</summary>
internal enum Verb
{
    Start,
    Complete,
    Rollback,
}
