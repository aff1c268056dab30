namespace Lockkeeper.Migrations;

/// <summary>How far a migration is.</summary>
public enum MigrationState
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Starting has begun and is not done: resume or roll back.</summary>
    Starting,

    /// <summary>Both versions serve: complete or roll back.</summary>
    Started,

    /// <summary>Completing has begun and is not done: resume, or complete again.</summary>
    Completing,

    /// <summary>Rolling back has begun and is not done: resume, or roll back again.</summary>
    RollingBack,

    /// <summary>The version is the only one.</summary>
    Complete,
}
