using System.Collections.Immutable;
using Lockkeeper.Migrations.Execution;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.State;

/// <summary>What a schema's history allows.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Records">Its migrations, oldest first; those that were squashed stand before the one they became part of.</param>
internal sealed record History(Identifier Schema, ImmutableArray<MigrationRecord> Records)
{
    /// <summary>The migration that is under way, or null.</summary>
    public MigrationRecord? UnderWay => Records.FirstOrDefault(record => record.SquashedInto is null && record.State != MigrationState.Complete);

    /// <summary>The migration that is under way.</summary>
    /// <exception cref="MigrationException">LK1203: there is none.</exception>
    public MigrationRecord Active(string verb) => UnderWay ?? throw Failures.NoActiveMigration(Schema, verb);

    public void RefuseActive()
    {
        if (UnderWay is { } active)
        {
            throw Failures.ActiveMigration(Schema, active.Name, active.State);
        }
    }

    /// <summary>The interrupted start of just this migration, or null when it has never been begun.</summary>
    /// <exception cref="MigrationException">It, or a part of it, was applied before or edited since, or another is under way.</exception>
    public MigrationRecord? Interrupted(Migration migration)
    {
        foreach (var part in migration.Parts)
        {
            RefuseApplied(part);
        }

        var record = Records.FirstOrDefault(r => r.Name == migration.Name);
        var parts = Records.Where(r => record is not null && (r == record || r.SquashedInto == record.Name)).Select(r => r.Name);
        if (record is { State: MigrationState.Starting, SquashedInto: null } && parts.SequenceEqual(migration.Parts.Select(part => part.Name)))
        {
            return record;
        }

        RefuseActive();
        return null;
    }

    public bool Equals(History? other) => other is not null && Schema == other.Schema && Records.SequenceEqual(other.Records);

    public override int GetHashCode() => HashCode.Combine(Schema, Records.Length);

    private void RefuseApplied(Migration part)
    {
        var record = Records.FirstOrDefault(r => r.Name == part.Name);
        if (record?.Checksum is { } checksum && checksum != part.Checksum)
        {
            throw Failures.EditedFile(record.Name, record.State);
        }

        if (record is { State: MigrationState.Complete })
        {
            throw Failures.AlreadyApplied(record.Name);
        }
    }
}
