using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>An enumerated type.</summary>
/// <param name="Type">The type; null when there is none of the name.</param>
internal sealed record FoundEnum(DescribedEnumType? Type);
