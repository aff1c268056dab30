using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What the server makes of an expression.</summary>
/// <param name="Compiled">The expression as it understood it; null when it refuses it.</param>
/// <param name="Message">Why it refuses it.</param>
internal sealed record TriedExpression(CompiledExpression? Compiled, string? Message);
