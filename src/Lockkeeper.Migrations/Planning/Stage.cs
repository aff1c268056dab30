using System.Text.Json.Serialization;

namespace Lockkeeper.Migrations.Planning;

/// <summary>One part of a plan that is done as a whole and then recorded, so that a killed run goes on behind it.</summary>
/// <param name="Title">What it does, in a few words.</param>
[JsonDerivedType(typeof(TransactionStage), "transaction")]
[JsonDerivedType(typeof(StatementStage), "statement")]
[JsonDerivedType(typeof(BackfillStage), "backfill")]
[JsonDerivedType(typeof(UserSqlStage), "sql")]
[JsonDerivedType(typeof(DropMadeStage), "dropMade")]
[JsonDerivedType(typeof(VersionStage), "version")]
public abstract record Stage(string Title);
