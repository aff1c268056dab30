using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What SQL of the user's does when it is tried, after the statements of <see cref="Question.Preamble"/>.</summary>
internal sealed record RehearseSql(string Sql) : Question<RehearsedSql>;
